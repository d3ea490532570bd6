#include "enrich/geographic.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::enrich {
namespace {

using lookup::GeoColumn;
using lookup::GeoDatabase;

constexpr std::string_view places =
    "Network,Country,Region,City,Latitude,Longitude\n"
    "192.0.2.0/24,Sweden,,Malmö,55.6,13\n"
    "192.0.2.128/25,,,,,\n"
    "2001:db8::/32,Norway,,,-60.5,\n";

struct World {
  explicit World(const std::vector<std::pair<GeoColumn, std::string_view>>& mapping,
                 Schema schema = Schema::kuma)
      : slots(schema) {
    GeographicSettings settings;
    settings.source = field_id("SourceAddress", schema);
    settings.data = std::make_shared<const GeoDatabase>(GeoDatabase::parse(places));
    for (const auto& [column, field] : mapping)
      settings.mapping.push_back({column, field_id(field, schema)});
    Wiring wiring{slots, tables};
    rule = std::make_unique<Geographic>(settings, wiring);
    row.resize(slots.size());
  }

  Effect apply(Value address) {
    changes.clear();
    row[slots.find(field_id("SourceAddress", slots.schema()))] = address;
    Subject subject(row.data(), changes, memory, clock, slots);
    return rule->apply(subject);
  }
  Effect apply(std::string_view address) { return apply(Value::of(address)); }

  std::string text(std::string_view field) {
    char digits[32];
    return std::string(as_text(row[slots.find(field_id(field, slots.schema()))], digits));
  }

  SlotMap slots;
  lookup::Tables tables;
  lookup::Clock clock{};
  std::unique_ptr<Geographic> rule;
  std::vector<Value> row;
  std::vector<weir_field> changes;
  Bump memory;
};

TEST(Geographic, FillsTheFieldsOfItsMapping) {
  World world({{GeoColumn::city, "SourceCity"},
               {GeoColumn::country, "SourceCountry"},
               {GeoColumn::latitude, "SourceLatitude"},
               {GeoColumn::longitude, "S.longitude"}});
  EXPECT_EQ(world.apply("192.0.2.1"), Effect::applied);
  EXPECT_EQ(world.changes.size(), 4U);
  EXPECT_EQ(world.text("SourceCity"), "Malmö");
  EXPECT_EQ(world.text("SourceCountry"), "Sweden");
  EXPECT_EQ(world.row[world.slots.find(field_id("SourceLatitude"))].kind, weir::Kind::floating);
  EXPECT_EQ(world.text("SourceLatitude"), "55.6");
  EXPECT_EQ(world.row[world.slots.find(field_id("S.longitude"))].kind, weir::Kind::text);
  EXPECT_EQ(world.text("S.longitude"), "13");
}

TEST(Geographic, LeavesFieldsAsTheyAreWhereThereIsNothing) {
  World world({{GeoColumn::city, "SourceCity"}, {GeoColumn::country, "SourceCountry"}});
  EXPECT_EQ(world.apply("192.0.2.1"), Effect::applied);
  EXPECT_EQ(world.apply("2001:db8::1"), Effect::applied);
  EXPECT_EQ(world.changes.size(), 1U);
  EXPECT_EQ(world.text("SourceCity"), "Malmö");
  EXPECT_EQ(world.text("SourceCountry"), "Norway");
}

TEST(Geographic, MissesWhatTheDataDoNotKnow) {
  World world({{GeoColumn::city, "SourceCity"}});
  for (const std::string_view address :
       {"198.51.100.1", "192.0.2.200", "2001:db8::1", "::1", "192.0.2.1 ", "host", ""})
    EXPECT_EQ(world.apply(address), Effect::missed) << address;
  EXPECT_EQ(world.apply(Value::of(std::int64_t{3})), Effect::missed);
  EXPECT_TRUE(world.changes.empty());
}

TEST(Geographic, WritesNumbersIntoAnOpenSchema) {
  World world({{GeoColumn::latitude, "lat"}}, Schema::open);
  EXPECT_EQ(world.apply("192.0.2.1"), Effect::applied);
  EXPECT_EQ(world.row[world.slots.find(field_id("lat", Schema::open))].kind, weir::Kind::floating);
}

TEST(Geographic, CannotFillAFieldThatTheValueDoesNotFit) {
  // The reader of documents refuses it; nothing breaks all the same.
  World world({{GeoColumn::country, "SourcePort"}});
  EXPECT_EQ(world.apply("192.0.2.1"), Effect::failed);
  EXPECT_TRUE(world.changes.empty());
}

}  // namespace
}  // namespace weir::enrich
