// Corners in which rules and outputs were once wrong: user data that looks back, saved filters and
// enrichers over a reload, many rules before a sink that stops, JSON that is none, missing fields.

#include <gtest/gtest.h>

#include <cstring>

#include "host.h"

namespace {

using namespace host;

weir_callbacks no_callbacks() {
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  return callbacks;
}

TEST(UserData, ThatReadsTheEngineWhichIsBeingDestroyedIsToldBusy) {
  struct Reader {
    weir_engine* engine;
    std::vector<std::int32_t> statuses;
  };
  Reader reader{nullptr, {}};
  {
    Engine engine;
    reader.engine = engine;
    weir_callbacks callbacks = no_callbacks();
    callbacks.filter = [](void*, const weir_event*, std::uint64_t, std::int32_t*) {};
    callbacks.user = &reader;
    callbacks.destroy = [](void* user) {
      Reader& self = *static_cast<Reader*>(user);
      weir_stats stats{};
      stats.struct_size = sizeof stats;
      self.statuses.push_back(weir_get_stats(self.engine, &stats, nullptr));
    };
    weir_rule* made = nullptr;
    ASSERT_EQ(engine.create_rule("name: x\nidentical_fields: [SourceAddress]\n", &callbacks, &made),
              WEIR_OK);
    ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
    ASSERT_EQ(engine.load(rule(2, 10, "callback: named")), WEIR_OK);
    Events events{{{"SourceAddress", text("a")}}};
    Sink sink;
    sink.answer = [](const weir_output&) { return static_cast<std::int32_t>(WEIR_STOP); };
    engine.feed(events, start, sink);
    EXPECT_TRUE(reader.statuses.empty());
  }
  EXPECT_EQ(reader.statuses, std::vector<std::int32_t>(2, WEIR_BUSY));
}

// ---- Saved filters

std::string port_is(int port, std::string_view more = {}) {
  return "filters:\n  - name: F\n    filter: DestinationPort = " + std::to_string(port) + "\n" +
         std::string(more);
}

Events& ports() {
  static Events events{{{"SourceAddress", text("a")}, {"DestinationPort", number(1)}},
                       {{"SourceAddress", text("a")}, {"DestinationPort", number(2)}},
                       {{"SourceAddress", text("a")}, {"DestinationPort", number(2)}}};
  return events;
}

TEST(SavedFilters, OfACreatedRuleAreThoseOfTheDocumentOfThatMoment) {
  Engine engine(port_is(1));
  Sink sink;
  weir_rule *first = nullptr, *second_rule = nullptr;
  const std::string rest = "\nthreshold: 100\nidentical_fields: [SourceAddress]\n";
  ASSERT_EQ(engine.create_rule("name: first\nfilter: filter('F')" + rest, nullptr, &first), WEIR_OK)
      << engine.message();
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 1U);

  ASSERT_EQ(engine.load(port_is(2)), WEIR_OK);
  ASSERT_EQ(
      engine.create_rule("name: second\nfilter: not filter('F')" + rest, nullptr, &second_rule),
      WEIR_OK);
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 2U) << "it still takes port 1";
  EXPECT_EQ(engine.rule_stats(0).open_groups, 1U) << "its bucket has stayed open";
  EXPECT_EQ(engine.rule_stats(1).taken, 0U) << "to the newer rule F is port 2";
  EXPECT_EQ(engine.stats().closed_reload, 0U);

  EXPECT_EQ(engine.load("aggregation: []\n"), WEIR_OK) << "nobody needs F any more";
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 3U);
  EXPECT_EQ(engine.rule_stats(1).taken, 0U);
  EXPECT_EQ(weir_destroy_rule(first, nullptr), WEIR_OK);
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 1U) << "port 1 is not port 2";
}

TEST(SavedFilters, OfADocumentsRuleAreItsOwn) {
  const std::string uses =
      "aggregation:\n  - name: r\n    filter: filter('F')\n    identical_fields: [SourceAddress]\n";
  Engine engine(port_is(1, uses));
  Sink sink;
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 1U);
  ASSERT_EQ(engine.load(port_is(2, uses)), WEIR_OK);
  EXPECT_EQ(engine.stats().closed_reload, 1U) << "its meaning has changed";
  engine.feed(ports(), start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 2U);
}

// ---- Enrichment of what a reload closes

weir_callbacks enriching(const weir_field* added) {
  weir_callbacks callbacks = no_callbacks();
  callbacks.user = const_cast<weir_field*>(added);
  callbacks.enrich = [](void* user, const weir_event*, weir_additions* to, std::int32_t* answer) {
    *answer = weir_set_field(to, static_cast<const weir_field*>(user), nullptr);
  };
  return callbacks;
}

TEST(Enrichment, OfACreatedRuleSeesWhatItsDestructionCloses) {
  const Scalar added = text("added");
  const weir_field name = field("Name", added);
  const weir_callbacks callbacks = enriching(&name);
  Engine engine;
  Sink sink;
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: x\nthreshold: 2\nidentical_fields: [SourceAddress]\n",
                               &callbacks, &made),
            WEIR_OK);
  Events events{{{"SourceAddress", text("a")}}};
  engine.feed(events, start, sink);
  ASSERT_EQ(weir_destroy_rule(made, nullptr), WEIR_OK);
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("Name"), "added");
}

TEST(Enrichment, OfADocumentSeesWhatTheNextDocumentCloses) {
  const Scalar added = text("added");
  const weir_field name = field("Name", added);
  const weir_callbacks callbacks = enriching(&name);
  Engine engine;
  Sink sink;
  ASSERT_EQ(engine.set_callback("adds", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(rule(2) + "enrichment:\n  - {type: host, name: e, callback: adds}\n"),
            WEIR_OK)
      << engine.message();
  Events events{{{"SourceAddress", text("a")}}};
  engine.feed(events, start, sink);
  ASSERT_EQ(engine.load("aggregation: []\n"), WEIR_OK);
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("Name"), "added");
  EXPECT_FALSE(sink.seen[1].fields.contains("Name")) << "the enrichment is gone";
}

// ---- Many rules

TEST(ManyRules, CloseAPartAtATimeForASinkThatStops) {
  constexpr int rules = 40, groups = 500;
  std::string document = "aggregation:\n";
  for (int i = 0; i < rules; ++i)
    document += "  - {name: r" + std::to_string(i) +
                ", threshold: 1000000, lifetime: 3600, identical_fields: [SourceAddress], filter: "
                "DestinationPort = " +
                std::to_string(i) + "}\n";
  Engine engine(document);
  Sink sink(WEIR_FORM_NDJSON);
  std::string lines;
  for (int group = 0; group < groups; ++group)
    for (int i = 0; i < rules; ++i)
      lines += "{\"SourceAddress\":\"u" + std::to_string(group) +
               "\",\"DestinationPort\":" + std::to_string(i) + "}\n";
  ASSERT_EQ(engine.feed_lines(lines, start, sink), WEIR_OK);
  ASSERT_EQ(engine.stats().open_groups, std::uint64_t{rules * groups});
  Sink stops;
  stops.answer = [](const weir_output&) { return static_cast<std::int32_t>(WEIR_STOP); };
  EXPECT_EQ(engine.flush(stops), WEIR_STOPPED);
  EXPECT_GT(engine.stats().waiting_outputs, 1'000U) << "but not one bucket at a time";
  EXPECT_EQ(stops.seen.size(), 1U);
  EXPECT_GT(engine.stats().waiting_outputs, 0U);
  EXPECT_LT(engine.stats().waiting_outputs, 10'000U);
  EXPECT_GT(engine.stats().open_groups, 0U);
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  std::uint64_t count = stops.seen.size();
  for (const Seen& seen : sink.seen) count += seen.count;
  EXPECT_EQ(count, std::uint64_t{rules * groups});
  EXPECT_EQ(engine.stats().open_groups + engine.stats().waiting_outputs, 0U);
}

// ---- Values

TEST(Extra, OfTwoTheLastCountsAndOneThatIsNoObjectIsAConversionError) {
  Engine engine(
      "aggregation:\n  - name: r\n    identical_fields: [Extra.a]\n"
      "  - name: s\n    identical_fields: [Extra.b]\n");
  Sink sink;
  engine.feed_lines("{\"Extra\":{\"a\":\"x\"},\"Extra\":{\"b\":\"y\"}}\n", start, sink);
  EXPECT_EQ(engine.rule_stats(0).taken, 0U);
  EXPECT_EQ(engine.rule_stats(1).taken, 1U);
  EXPECT_EQ(engine.stats().conversion_errors, 0U);
  engine.feed_lines("{\"Extra\":5}\n{\"Extra\":null}\n", start, sink);
  EXPECT_EQ(engine.stats().conversion_errors, 1U);
  EXPECT_EQ(engine.stats().passed, 2U);
}

weir_field json(const std::string& value) {
  return {id("TI"), WEIR_JSON, value.size(), address_of(value.data())};
}

// What an event with that JSON is as a line.
std::string line_with(const std::string& value) {
  Engine engine(rule(1));
  Sink sink(WEIR_FORM_NDJSON);
  const weir_field field = json(value);
  const weir_event event{&field, 1, 0};
  EXPECT_EQ(engine.feed(&event, 1, start, sink), WEIR_OK);
  return sink.bytes();
}

TEST(Json, OfTheHostStaysOneLineAndValid) {
  EXPECT_EQ(line_with("no\njson{"), "{\"TI\":null}\n");
  EXPECT_EQ(line_with("{}}"), "{\"TI\":null}\n");
  EXPECT_EQ(line_with("{\"a\":\r\n[1,\n2]}"), "{\"TI\":{\"a\":  [1, 2]}}\n");
}

TEST(Json, ThatAnEnricherSetsStaysOneLineAndValid) {
  for (const auto& [value, written] : std::vector<std::pair<std::string, std::string>>{
           {"no\njson{", "null"}, {"{\n\"a\":1}", "{ \"a\":1}"}}) {
    const weir_field added = json(value);
    const weir_callbacks callbacks = enriching(&added);
    Engine engine;
    Sink sink(WEIR_FORM_NDJSON);
    weir_rule* made = nullptr;
    ASSERT_EQ(engine.create_rule("name: adds\ntype: host\n", &callbacks, &made), WEIR_OK);
    Events events{{{"Name", text("n")}}};
    EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
    EXPECT_EQ(engine.feed_lines("{\"x\":1}\n{\"TI\":{},\"x\":2}\n", start, sink), WEIR_OK);
    EXPECT_EQ(sink.bytes(), "{\"Name\":\"n\",\"TI\":" + written + "}\n{\"x\":1,\"TI\":" + written +
                                "}\n{\"TI\":" + written + ",\"x\":2}\n");
    EXPECT_EQ(engine.stats().enrich_callbacks_failed, 0U);
  }
}

TEST(Missing, FieldsGroupOrPassAsTheRuleSays) {
  Events events{{{"SourceAddress", text("a")}, {"DestinationPort", number(1)}},
                {{"SourceAddress", text("a")}},
                {{"SourceAddress", text("a")}, {"DestinationPort", text("")}},
                {{"DestinationPort", number(1)}},
                {{"Name", text("n")}}};
  const std::string both =
      "aggregation:\n  - name: r\n    identical_fields: [SourceAddress, DestinationPort]\n";
  Engine grouping(both + "    missing: group\n"), passing(both + "    missing: pass\n");
  Sink sink, passed;
  grouping.feed(events, start, sink);
  EXPECT_EQ(grouping.stats().taken, 4U);
  EXPECT_EQ(grouping.stats().open_groups, 3U);
  passing.feed(events, start, passed);
  EXPECT_EQ(passing.stats().taken, 1U);
  ASSERT_EQ(passed.seen.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(passed.seen[i].cookie, i + 1);
  EXPECT_TRUE(conserves(passing));
}

}  // namespace
