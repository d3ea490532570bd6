#include "enrich/table_lookup.h"

#include <utility>

#include "base/error.h"
#include "enriched_event.h"

namespace weir::enrich {
namespace {

lookup::Table& add(EnrichedEvent& event, const std::string& name, lookup::Shape shape,
                   const std::string& id = "") {
  auto rows = std::make_shared<lookup::Table>(std::move(shape));
  event.tables.add({name, id, rows});
  return *rows;
}

lookup::Table& add_dictionary(EnrichedEvent& event) {
  lookup::Table& table =
      add(event, "Ports", lookup::fixed_shape(lookup::Kind::dictionary), "some-id");
  table.put("443", std::vector<Value>{text("веб")}, {});
  table.put("ann|443", std::vector<Value>{text("both")}, {});
  table.put("|443", std::vector<Value>{text("no name")}, {});
  return table;
}

Effect look_up(EnrichedEvent& event, const std::string& dictionary, std::vector<std::string> keys,
               std::string_view target) {
  Wiring wiring = event.wiring();
  DictionarySettings settings{dictionary, {}, event.field(target)};
  for (const std::string& key : keys) settings.keys.push_back(event.field(key));
  return event.apply(TableLookup(settings, wiring));
}

Effect look_up(EnrichedEvent& event, const std::string& table, std::vector<std::string> keys,
               std::vector<std::pair<std::string, std::string>> mapping) {
  Wiring wiring = event.wiring();
  TableSettings settings{table, {}, {}};
  for (const std::string& key : keys) settings.keys.push_back(event.field(key));
  for (const auto& [column, target] : mapping)
    settings.mapping.push_back({column, event.field(target)});
  return event.apply(TableLookup(settings, wiring));
}

TEST(Dictionary, FindsANumberByItsText) {
  EnrichedEvent event;
  add_dictionary(event);
  event.set("DestinationPort", Value::of(std::int64_t{443})).set("Name", "443");
  EXPECT_EQ(look_up(event, "Ports", {"DestinationPort"}, "Message"), Effect::applied);
  EXPECT_EQ(look_up(event, "Ports", {"Name"}, "S.x"), Effect::applied);
  EXPECT_EQ(event.changes(), "Message=t:веб S.x=t:веб");
}

TEST(Dictionary, GoesByItsIdToo) {
  EnrichedEvent event;
  add_dictionary(event);
  event.set("Name", "443");
  EXPECT_EQ(look_up(event, "SOME-ID", {"Name"}, "S.x"), Effect::applied);
}

TEST(Dictionary, JoinsKeysWithABar) {
  EnrichedEvent event;
  add_dictionary(event);
  event.set("DestinationPort", Value::of(std::int64_t{443})).set("Name", "ann");
  EXPECT_EQ(look_up(event, "Ports", {"Name", "DestinationPort"}, "S.x"), Effect::applied);
  EXPECT_EQ(look_up(event, "Ports", {"DestinationPort", "Name"}, "S.y"), Effect::missed);
  // As in filters: what is absent is an empty text among several.
  EXPECT_EQ(look_up(event, "Ports", {"Message", "DestinationPort"}, "S.z"), Effect::applied);
  EXPECT_EQ(event.changes(), "S.x=t:both S.z=t:no name");
}

TEST(Dictionary, LeavesTheTargetWithoutAnEntry) {
  EnrichedEvent event;
  add_dictionary(event);
  event.set("Name", "80").set("Message", "old").set("S.long", std::string(5'000, 'x'));
  event.set("SA.x", std::vector<std::string>{"443"});
  EXPECT_EQ(look_up(event, "Ports", {"Name"}, "Message"), Effect::missed);
  EXPECT_EQ(look_up(event, "Ports", {"S.absent"}, "Message"), Effect::missed);
  EXPECT_EQ(look_up(event, "Ports", {"SA.x"}, "Message"), Effect::missed);
  EXPECT_EQ(look_up(event, "Ports", {"Name", "SA.x"}, "Message"), Effect::missed);
  EXPECT_EQ(look_up(event, "Ports", {"S.long", "Name"}, "Message"), Effect::missed);
  EXPECT_EQ(event.changes(), "");
}

TEST(Dictionary, SeesWhatIsPutInLater) {
  EnrichedEvent event;
  lookup::Table& table = add_dictionary(event);
  Wiring wiring = event.wiring();
  const TableLookup rule(DictionarySettings{"Ports", {event.field("Name")}, event.field("S.x")},
                         wiring);
  event.set("Name", "80");
  EXPECT_EQ(event.apply(rule), Effect::missed);
  table.put("80", std::vector<Value>{text("www")}, {});
  EXPECT_EQ(event.apply(rule), Effect::applied);
}

TEST(Dictionary, ConvertsAndAppends) {
  EnrichedEvent event;
  lookup::Table& table = add_dictionary(event);
  table.put("a", std::vector<Value>{text("5")}, {});
  event.set("Name", "a").set("Message", "443").set("SA.x", std::vector<std::string>{"z"});
  EXPECT_EQ(look_up(event, "Ports", {"Name"}, "BytesIn"), Effect::applied);
  EXPECT_EQ(look_up(event, "Ports", {"Name"}, "SA.x"), Effect::applied);
  EXPECT_EQ(look_up(event, "Ports", {"Message"}, "BytesOut"), Effect::failed);
  EXPECT_EQ(event.changes(), "BytesIn=i:5 SA.x=T[z,5]");
}

TEST(TableLookup, FillsAFieldAColumn) {
  EnrichedEvent event;
  lookup::Table& table =
      add(event, "Hosts", {lookup::Kind::table, {{"host"}}, {{"owner"}, {"room"}}, {}});
  table.put("web", std::vector<Value>{text("анна"), text("12")}, {});
  table.put("db", std::vector<Value>{text("bob"), {}}, {});
  table.put("x", std::vector<Value>{{}, {}}, {});
  event.set("Name", "web").set("Message", "db").set("S.x", "x").set("N.room", Value::of(0.0));
  EXPECT_EQ(look_up(event, "Hosts", {"Name"}, {{"room", "N.room"}, {"owner", "S.o"}}),
            Effect::applied);
  EXPECT_EQ(look_up(event, "Hosts", {"Message"}, {{"room", "N.room"}, {"owner", "S.o"}}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "N.room=i:12 S.o=t:bob");  // an absent column leaves its field
  EXPECT_EQ(look_up(event, "Hosts", {"S.x"}, {{"room", "S.r"}, {"owner", "S.o"}}), Effect::missed);
  EXPECT_EQ(look_up(event, "Hosts", {"Name"}, {{"owner", "BytesIn"}, {"room", "BytesOut"}}),
            Effect::failed);
  EXPECT_EQ(event["BytesOut"], "i:12");
}

TEST(TableLookup, LosesEntriesByTheClock) {
  EnrichedEvent event;
  lookup::Table& table =
      add(event, "Seen", {lookup::Kind::active_list, {{"k"}}, {{"v"}}, Duration{1'000'000'000}});
  event.clock = {Time{5'000'000'000}, Time{5'000'000'000}, true};
  table.put("a", std::vector<Value>{text("b")}, event.clock);
  event.set("Name", "a");
  event.clock.now = Time{5'999'999'999};
  EXPECT_EQ(look_up(event, "Seen", {"Name"}, {{"v", "S.x"}}), Effect::applied);
  event.clock.now = Time{6'000'000'000};
  EXPECT_EQ(look_up(event, "Seen", {"Name"}, {{"v", "S.y"}}), Effect::missed);
}

TEST(TableLookup, TakesTypesAndListsOfContextTables) {
  EnrichedEvent event;
  lookup::Table& table = add(event, "Sessions",
                             {lookup::Kind::context_table,
                              {{"user"}, {"port", FieldType::number}},
                              {{"since", FieldType::timestamp},
                               {"groups", FieldType::text_array},
                               {"n", FieldType::number}},
                              {}});
  const std::vector<TextRef> groups{{"a", 1}, {"b", 1}};
  table.put("ann|443",
            std::vector<Value>{Value::of(std::int64_t{1000}),
                               Value::array(weir::Kind::text_array, groups.data(), 2),
                               Value::of(std::int64_t{7})},
            {});
  event.set("Name", "ann").set("DestinationPort", Value::of(std::int64_t{443}));
  event.set("SA.g", std::vector<std::string>{"z"});
  EXPECT_EQ(look_up(event, "Sessions", {"Name", "DestinationPort"},
                    {{"since", "StartTime"}, {"groups", "SA.g"}, {"n", "S.n"}}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "StartTime=i:1000 SA.g=T[z,a,b] S.n=t:7");
}

TEST(TableLookup, NeedsItsLookupAndItsColumns) {
  EnrichedEvent event;
  add(event, "Hosts", {lookup::Kind::table, {{"host"}}, {{"owner"}}, {}});
  EXPECT_THROW(look_up(event, "Hosts", {"Name"}, "Message"), Failure);  // no dictionary
  EXPECT_THROW(look_up(event, "Hosst", {"Name"}, {{"owner", "Message"}}), Failure);
  EXPECT_THROW(look_up(event, "Hosts", {"Name"}, {{"room", "Message"}}), Failure);
}

}  // namespace
}  // namespace weir::enrich
