// What loads are counted as, and the rules that they kept, changed, added and removed.

#include <gtest/gtest.h>

#include <array>

#include "host.h"

namespace {

using namespace host;

// taken, refused, kept, changed, added, removed
using Loads = std::array<std::uint64_t, 6>;

Loads loads(const Engine& engine) {
  const weir_stats stats = engine.stats();
  return {stats.loads,         stats.loads_refused, stats.rules_kept,
          stats.rules_changed, stats.rules_added,   stats.rules_removed};
}

// A rule of a document, as a list's item.
std::string item(std::string_view name, int threshold, std::string_view more = {}) {
  return "  - {name: " + std::string(name) + ", threshold: " + std::to_string(threshold) +
         ", identical_fields: [Name]" + std::string(more) + "}\n";
}

const std::string a_id = ", id: 11111111-1111-4111-8111-111111111111";
const std::string b_id = ", id: 22222222-2222-4222-8222-222222222222";

TEST(LoadCounters, CountRulesByWhatBecameOfThem) {
  Engine engine;
  const std::string head = "aggregation:\n";
  EXPECT_EQ(loads(engine), (Loads{0, 0, 0, 0, 0, 0}));
  ASSERT_EQ(engine.load(head + item("a", 1) + item("b", 2) + item("c", 3)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{1, 0, 0, 0, 3, 0}));
  // In another order, with one changed, one gone, one new.
  ASSERT_EQ(engine.load(head + item("d", 1) + item("c", 4) + item("a", 1)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{2, 0, 1, 1, 4, 1}));
  ASSERT_EQ(engine.load(head + item("d", 1) + item("c", 4) + item("a", 1)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{3, 0, 4, 1, 4, 1}));
  ASSERT_EQ(engine.load("{}"), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{4, 0, 4, 1, 4, 4}));
}

TEST(LoadCounters, KnowARuleByItsIdOrElseByItsTenantAndName) {
  Engine engine;
  const std::string head = "aggregation:\n";
  ASSERT_EQ(engine.load(head + item("a", 1, a_id) + item("b", 1, b_id)), WEIR_OK);
  ASSERT_EQ(engine.load(head + item("other", 1, a_id) + item("b", 1)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{2, 0, 0, 2, 2, 0})) << "one by its ID, one by its name";
  ASSERT_EQ(engine.load(head + item("other", 1, a_id) + item("b", 1, ", tenant: Another")),
            WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{3, 0, 1, 2, 3, 1})) << "another tenant's is another rule";
}

TEST(LoadCounters, CountARuleOnceWhereIdAndNameSayDifferentThings) {
  Engine engine;
  const std::string head = "aggregation:\n";
  ASSERT_EQ(engine.load(head + item("a", 1, a_id) + item("b", 1, b_id)), WEIR_OK);
  ASSERT_EQ(engine.load(head + item("a", 1, b_id) + item("b", 1, a_id)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{2, 0, 0, 2, 2, 0}));
  ASSERT_EQ(engine.load(head + item("a", 1, a_id)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{3, 0, 0, 3, 2, 1}));
}

TEST(LoadCounters, CountWhatIsRefusedAndNothingElseOfIt) {
  Engine engine(rule(2));
  EXPECT_EQ(engine.load("aggregation: [{name: other}]"), WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(engine.load("aggregation: ["), WEIR_INVALID_DOCUMENT) << "it does not parse";
  EXPECT_EQ(engine.load("\xff"), WEIR_INVALID_DOCUMENT) << "it is no text";
  EXPECT_EQ(engine.load(rule(9, 10, "callback: nobody")), WEIR_NOT_FOUND);
  EXPECT_EQ(loads(engine), (Loads{1, 4, 0, 0, 1, 0}));
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [Name]\n", nullptr, &made), WEIR_OK);
  EXPECT_EQ(engine.load("aggregation:\n" + item("mine", 2)), WEIR_ALREADY_EXISTS);
  EXPECT_EQ(loads(engine), (Loads{1, 5, 0, 0, 1, 0}));
  EXPECT_EQ(weir_destroy_rule(made, nullptr), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{1, 5, 0, 0, 1, 0})) << "rules that are created are no loads";
  EXPECT_EQ(engine.load(rule(2)), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{2, 5, 1, 0, 1, 0}));
}

TEST(LoadCounters, TakeASavedFilterForARulesMeaning) {
  const auto document = [](std::string_view constant) {
    return "filters: {f: SourceAddress = '" + std::string(constant) + "'}\n" +
           rule(3, 10, "filter: filter('f')");
  };
  Engine engine(document("a"));
  ASSERT_EQ(engine.load(document("b")), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{2, 0, 0, 1, 1, 0}));
  ASSERT_EQ(engine.load(rule(3, 10, "filter: SourceAddress = 'b'")), WEIR_OK);
  EXPECT_EQ(loads(engine), (Loads{3, 0, 1, 1, 1, 0}));
}

TEST(Describe, NamesTheFilesOfADocument) {
  const auto files = [](std::string_view topic, std::string_view document) {
    std::string text;
    const auto write = [](void* user, const char* bytes, std::uint64_t size) {
      static_cast<std::string*>(user)->append(bytes, size);
    };
    EXPECT_EQ(weir_describe(topic.data(), topic.size(), document.data(), document.size(), write,
                            &text, nullptr),
              WEIR_OK);
    return text;
  };
  const std::string document =
      "dictionaries:\n  x: {file: b.csv}\n  file: {entries: {file: not this}}\n"
      "tables:\n  t: {keys: [k], columns: [c], file: /abs/a.csv}\n"
      "active_lists: {l: {file: b.csv}}\n"
      "assets: {file: assets.jsonl}\ndirectory: {entries: {file: nor this}}\n"
      "enrichment:\n  - {name: g, type: geographic, data: geo.mmdb}\n";
  EXPECT_EQ(files("files", document), "[\"/abs/a.csv\",\"assets.jsonl\",\"b.csv\",\"geo.mmdb\"]\n");
  EXPECT_EQ(files("files /etc/weir", document),
            "[\"/abs/a.csv\",\"/etc/weir/assets.jsonl\",\"/etc/weir/b.csv\","
            "\"/etc/weir/geo.mmdb\"]\n");
  EXPECT_EQ(files("files", "dictionaries: [x"), "[]\n");
  EXPECT_EQ(files("files", ""), "[]\n");
}

}  // namespace
