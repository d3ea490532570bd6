// Documents and created rules: what a reload keeps, what it closes, what it refuses.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;

TEST(Load, KeepsTheBucketsOfAnUnchangedRule) {
  Engine engine(rule(3));
  Sink sink;
  engine.feed(one_event(), start, sink);
  // A description, the order of keys and saved filters do not make another rule.
  EXPECT_EQ(engine.load("filters: {unused: Name = 'x'}\naggregation:\n  - lifetime: 10s\n"
                        "    description: as before\n    threshold: 3\n"
                        "    name: by source\n    identical_fields: [SourceAddress]\n"),
            WEIR_OK)
      << engine.message();
  engine.feed(one_event(), start, sink);
  EXPECT_TRUE(sink.seen.empty());
  engine.feed(one_event(), start, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "3");
}

TEST(Load, ClosesTheBucketsOfAChangedRuleAndTheNextCallWithASinkGetsThem) {
  Engine engine(rule(3));
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(engine.load(rule(4)), WEIR_OK);
  EXPECT_EQ(engine.stats().waiting_outputs, 1U);
  EXPECT_EQ(engine.stats().closed_reload, 1U);
  engine.feed(one_event(), start + second, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "1");
  EXPECT_EQ(sink.seen[0].fields.at("Timestamp"), std::to_string(start / 1'000'000));
  EXPECT_EQ(engine.stats().open_groups, 1U);
  EXPECT_EQ(engine.stats().waiting_outputs, 0U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Load, ClosesTheBucketsOfARemovedRule) {
  Engine engine(rule(3));
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(engine.load("{}"), WEIR_OK);
  EXPECT_EQ(engine.advance(start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(engine.stats().taken, 1U) << "counters never fall";
  EXPECT_EQ(engine.stats().aggregated, 1U);
}

TEST(Load, SeesAChangeInASavedFilter) {
  const auto document = [](std::string_view constant) {
    return "filters: {f: SourceAddress = '" + std::string(constant) + "'}\n" +
           rule(3, 10, "filter: filter('f')");
  };
  Engine engine(document("a"));
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(engine.load(document("a")), WEIR_OK);
  EXPECT_EQ(engine.stats().open_groups, 1U);
  EXPECT_EQ(engine.load(document("b")), WEIR_OK);
  EXPECT_EQ(engine.stats().open_groups, 0U);
  EXPECT_EQ(engine.stats().closed_reload, 1U);
}

// The saved filter that the rule was first written with is gone, and the rule is the same.
TEST(Load, KeepsARuleWhoseSavedFilterIsWrittenOut) {
  const auto with = [](std::string_view before, std::string_view filter) {
    return std::string(before) + rule(4, 10, "filter: " + std::string(filter));
  };
  Engine engine(with("filters: {f: SourceAddress = 'a'}\n", "filter('f')"));
  Sink sink;
  engine.feed(one_event(), start, sink);
  for (const std::string& document :
       {with("", "SourceAddress = 'a'"), with("", "(SourceAddress = 'a')"),
        with("filters: {g: SourceAddress = 'a'}\n", "filter('g')")}) {
    ASSERT_EQ(engine.load(document), WEIR_OK) << engine.message();
    engine.feed(one_event(), start, sink);
  }
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "4");
}

TEST(Load, ChangesNothingOnAnError) {
  Engine engine(rule(2));
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(engine.load("aggregation: [{name: other}]"), WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(engine.load(rule(9, 10, "callback: nobody")), WEIR_NOT_FOUND);
  EXPECT_EQ(engine.load(rule(9) + "enrichment: [{name: e, type: host, callback: nobody}]\n"),
            WEIR_NOT_FOUND);
  EXPECT_EQ(engine.stats().open_groups, 1U);
  EXPECT_EQ(engine.stats().closed_reload, 0U);
  engine.feed(one_event(), start, sink);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_COUNT});
}

TEST(Load, LeavesCreatedRulesAlone) {
  Engine engine;
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [SourceAddress]\n", nullptr, &made),
            WEIR_OK);
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(engine.load(rule(2, 10, "filter: Name = 'x'")), WEIR_OK);
  EXPECT_EQ(engine.stats().open_groups, 1U);
  EXPECT_STREQ(engine.rule_stats(0).name, "by source") << "the document's come first";
  EXPECT_STREQ(engine.rule_stats(1).name, "mine");
}

TEST(Load, RefusesANameThatACreatedRuleHas) {
  Engine engine;
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: by source\nidentical_fields: [Name]\n", nullptr, &made),
            WEIR_OK);
  EXPECT_EQ(engine.load(rule(2)), WEIR_ALREADY_EXISTS);
  EXPECT_EQ(weir_destroy_rule(made, nullptr), WEIR_OK);
  EXPECT_EQ(engine.load(rule(2)), WEIR_OK);
}

TEST(Load, RefusesAnIdThatACreatedRuleHas) {
  const std::string same = "id: 11111111-1111-4111-8111-111111111111";
  Engine engine;
  weir_rule* made = nullptr;
  ASSERT_EQ(
      engine.create_rule("name: mine\nidentical_fields: [Name]\n" + same + "\n", nullptr, &made),
      WEIR_OK);
  EXPECT_EQ(engine.load(rule(2, 10, same)), WEIR_ALREADY_EXISTS)
      << "two rules of one id would make events of one ID";
}

TEST(Load, RefusesMatchAllWhileACreatedRulePassesEventsOn) {
  Engine engine;
  weir_rule* created = nullptr;
  ASSERT_EQ(
      engine.create_rule("name: r\nidentical_fields: [Name]\nsingle: pass\n", nullptr, &created),
      WEIR_OK);
  EXPECT_EQ(engine.load("match: all\n"), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.message(),
            "'single: pass' of rule 'r' needs 'match: first', and the document has 'match: all'; "
            "change one of the two");
  EXPECT_EQ(weir_destroy_rule(created, nullptr), WEIR_OK);
  EXPECT_EQ(engine.load("match: all\n"), WEIR_OK);
}

TEST(Load, RefusesAnotherSchemaThanACreatedRuleHas) {
  Engine engine;
  weir_rule* created = nullptr;
  ASSERT_EQ(engine.create_rule("name: r\nidentical_fields: [Name]\n", nullptr, &created), WEIR_OK);
  EXPECT_EQ(engine.load("schema: open\n"), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.message(),
            "rule 'r' was created under another 'schema' than the document's; destroy it, and "
            "create it again after loading the document");
  EXPECT_EQ(weir_destroy_rule(created, nullptr), WEIR_OK);
}

TEST(CreatedRule, NamesFieldsAsTheDocumentsSchemaHasThem) {
  Engine engine("schema: open\n");
  weir_rule* created = nullptr;
  ASSERT_EQ(engine.create_rule("name: r\nidentical_fields: [user agent]\n", nullptr, &created),
            WEIR_OK);
  EXPECT_EQ(weir_destroy_rule(created, nullptr), WEIR_OK);
}

TEST(Load, RefusesAnEnrichmentNameThatACreatedRuleHas) {
  Engine engine;
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.enrich = [](void*, const weir_event*, weir_additions*, std::int32_t* answer) {
    *answer = WEIR_OK;
  };
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: adds\ntype: host\n", &callbacks, &made), WEIR_OK);
  ASSERT_EQ(engine.set_callback("f", &callbacks), WEIR_OK);
  EXPECT_EQ(engine.load("enrichment: [{name: adds, type: host, callback: f}]"),
            WEIR_ALREADY_EXISTS);
}

TEST(CreatedRule, MayNotHaveANameThatIsInUse) {
  Engine engine(rule(2));
  weir_rule* made = nullptr;
  EXPECT_EQ(engine.create_rule("name: by source\nidentical_fields: [Name]\n", nullptr, &made),
            WEIR_ALREADY_EXISTS);
  EXPECT_EQ(engine.create_rule("name: mine\nidentical_fields: [Name]\n", nullptr, &made), WEIR_OK);
  EXPECT_EQ(engine.create_rule("name: mine\nidentical_fields: [Message]\n", nullptr, &made),
            WEIR_ALREADY_EXISTS);
  EXPECT_EQ(engine.create_rule("name: mine\ntenant: Other\nidentical_fields: [Message]\n", nullptr,
                               &made),
            WEIR_OK)
      << "a name is unique in its tenant";
}

TEST(CreatedRule, ComesBehindTheDocumentsAndInOrderOfCreation) {
  Engine engine(rule(1, 10, "filter: Name = 'doc'"));
  weir_rule *first = nullptr, *second_rule = nullptr;
  ASSERT_EQ(engine.create_rule("name: first\nthreshold: 1\nidentical_fields: [SourceAddress]\n"
                               "filter: not Name = 'second'\n",
                               nullptr, &first),
            WEIR_OK)
      << engine.message();
  ASSERT_EQ(engine.create_rule("name: second\nthreshold: 1\nidentical_fields: [SourceAddress]\n",
                               nullptr, &second_rule),
            WEIR_OK);
  Events events;
  for (const char* name : {"second", "first", "doc"})
    events.add({{"SourceAddress", text("a")}, {"Name", text(name)}});
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_EQ(sink.seen[0].fields.at("AggregationRuleName"), "second");
  EXPECT_EQ(sink.seen[1].fields.at("AggregationRuleName"), "first");
  EXPECT_EQ(sink.seen[2].fields.at("AggregationRuleName"), "by source");
}

TEST(CreatedRule, ClosesItsBucketsWhenItIsDestroyed) {
  Engine engine;
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [SourceAddress]\n", nullptr, &made),
            WEIR_OK);
  Sink sink;
  engine.feed(one_event(), start, sink);
  EXPECT_EQ(weir_destroy_rule(made, nullptr), WEIR_OK);
  engine.feed(one_event(), start, sink);
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[0].reason, std::uint32_t{WEIR_REASON_RELOAD});
  EXPECT_EQ(sink.seen[0].fields.at("AggregationRuleName"), "mine");
  EXPECT_EQ(sink.seen[1].kind, std::uint32_t{WEIR_OUTPUT_BASE});
}

// What a reader remembers of one document must not serve the next.
TEST(Load, ReadsLinesByTheDocumentThatIsInForce) {
  Engine engine(rule(1));
  Sink sink;
  const std::string line = "{\"Name\":\"n\",\"SourceAddress\":\"a\",\"DestinationPort\":1}\n";
  const std::string other =
      "aggregation: [{name: by port, threshold: 1, identical_fields: [DestinationPort, Name]}]";
  for (int i = 0; i < 20; ++i) {
    engine.feed_lines(line, start, sink);
    EXPECT_EQ(engine.load(other), WEIR_OK);
    for (int more = i % 3; more > 0; --more)
      EXPECT_EQ(engine.load(more % 2 == 1 ? rule(1) : other), WEIR_OK);
  }
  engine.flush(sink);
  ASSERT_EQ(sink.seen.size(), 20U);
  for (const Seen& seen : sink.seen) {
    const bool by_port = seen.fields.at("AggregationRuleName") == "by port";
    EXPECT_EQ(seen.fields.contains("DestinationPort"), by_port);
    EXPECT_EQ(seen.fields.contains("SourceAddress"), !by_port);
  }
}

}  // namespace
