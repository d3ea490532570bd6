#include "rule/presets.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/error.h"
#include "found.h"

namespace weir::rule {
namespace {

const MappedField* find(const FieldMap& map, std::string_view name) {
  const auto found =
      std::find_if(map.fields.begin(), map.fields.end(),
                   [&](const MappedField& one) { return field_name(one.field) == name; });
  return found == map.fields.end() ? nullptr : &*found;
}

Document parsed(std::string_view text) {
  Parsed read = parse_document(text);
  EXPECT_EQ(lines(read), Lines{});
  return std::move(read.document);
}

TEST(Presets, AreReadWithoutADiagnosticAndSayNothingButAMap) {
  ASSERT_FALSE(presets().empty());
  for (const Preset& preset : presets()) {
    const Document own = parsed(preset.text);
    EXPECT_FALSE(own.map.fields.empty()) << preset.name;
    EXPECT_EQ(own.preset, 0U) << preset.name << " stands over another, which presets do not";
    EXPECT_TRUE(own.aggregation.empty() && own.enrichment.empty() && !own.filter) << preset.name;
    EXPECT_TRUE(preset.text.starts_with("# ")) << preset.name;
  }
}

TEST(Presets, AreSortedAndFoundByName) {
  for (std::uint32_t id = 1; id <= presets().size(); ++id) {
    EXPECT_EQ(preset_id(presets()[id - 1].name), id);
    if (id > 1) {
      EXPECT_LT(presets()[id - 2].name, presets()[id - 1].name);
    }
    for (const Schema schema : {Schema::kuma, Schema::open})
      EXPECT_FALSE(preset_map(id, schema).empty());
  }
}

TEST(Presets, ThatAreNotThereAreTold) {
  const auto message = [](auto call) -> std::string {
    try {
      call();
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.status(), Status::not_found);
      return failure.what();
    }
    return "nothing";
  };
  EXPECT_EQ(message([] { preset_id("zek"); }), "unknown preset 'zek'; did you mean 'zeek'?");
  EXPECT_EQ(message([] { preset_id(""); }).substr(0, 31), "unknown preset ''; there are ce");
  const std::string no_id = "no preset has that id; ids come from weir_preset_id";
  EXPECT_EQ(message([] { preset_map(0, Schema::kuma); }), no_id);
  EXPECT_EQ(
      message([] { preset_map(static_cast<std::uint32_t>(presets().size()) + 1, Schema::kuma); }),
      no_id);
  EXPECT_EQ(message([] { effective_map(Document{}, 4'000'000'000U); }), no_id);
}

TEST(Presets, AreReadOnceByWhicheverThreadAsksFirst) {
  std::vector<std::thread> threads;
  std::vector<const FieldMap*> maps(8);
  for (std::size_t i = 0; i < maps.size(); ++i)
    threads.emplace_back([&maps, i] { maps[i] = &preset_map(1, Schema::open); });
  for (std::thread& thread : threads) thread.join();
  for (const FieldMap* map : maps) EXPECT_EQ(map, maps[0]);
}

TEST(EffectiveMap, IsTheDocumentsOverThePresetsOfTheSource) {
  const Document document =
      parsed("map: {preset: zeek, mine: SourceAddress, constants: {DeviceVendor: Acme}}\n");
  const FieldMap own = effective_map(document, 0);
  EXPECT_EQ(find(own, "SourceAddress")->sources[0].key, KeyPath{"mine"});
  EXPECT_EQ(find(own, "SourceAddress")->sources.size(), 1U);
  EXPECT_EQ(find(own, "DeviceVendor")->constant, Constant("Acme"));
  EXPECT_NE(find(own, "DestinationAddress"), nullptr);
  const FieldMap other = effective_map(document, preset_id("leef"));
  EXPECT_EQ(find(other, "SourceAddress")->sources[0].key, KeyPath{"mine"});
  EXPECT_EQ(find(other, "DestinationAddress")->sources[0].key, KeyPath{"dst"});
}

TEST(EffectiveMap, IsTheDocumentsAloneWithoutAPreset) {
  const FieldMap map = effective_map(parsed("map: {mine: SourceAddress}\n"), 0);
  EXPECT_EQ(map.fields.size(), 1U);
  EXPECT_FALSE(map.keep);
  EXPECT_TRUE(effective_map(Document{}, 0).empty());
}

}  // namespace
}  // namespace weir::rule
