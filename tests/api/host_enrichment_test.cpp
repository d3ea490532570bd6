// Enrichers of the host: what they are shown, and what becomes of what they add.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "callbacks.h"

namespace {

using namespace host;

TEST(HostEnrichment, OfARuleSeesItsAggregatedEventsAlone) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    EXPECT_EQ(set(additions, "DestinationPort", text("443")), WEIR_OK);
    EXPECT_EQ(set(additions, "Message", number(7)), WEIR_OK);
    EXPECT_EQ(set(additions, "Message", text("again")), WEIR_OK);
    return WEIR_OK;
  };
  weir_rule* rule = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(plain_rule, &callbacks, &rule), WEIR_OK);
  Events events{
      {{"SourceAddress", text("a")}}, {{"Name", text("n")}}, {{"SourceAddress", text("a")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(enricher.shown.size(), 1U);
  EXPECT_EQ(enricher.shown[0].at("BaseEventCount"), "2");
  ASSERT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(sink.seen[0].fields, (std::map<std::string, std::string>{{"Name", "n"}}));
  EXPECT_EQ(sink.seen[1].fields.at("DestinationPort"), "443");
  EXPECT_EQ(sink.seen[1].fields.at("Message"), "again");
  EXPECT_EQ(sink.seen[1].fields.at("BaseEventCount"), "2");
}

TEST(HostEnrichment, OfTypeHostSeesWhatItsFilterMatchesOfEveryOutput) {
  Engine engine(rule(2));
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    set(additions, "Message", text("seen"));
    return WEIR_OK;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(
      engine.create_rule("name: adds\ntype: host\nfilter: not Name = 'dull'\n", &callbacks, &made),
      WEIR_OK)
      << engine.message();
  Events events{{{"Name", text("dull")}},
                {{"Name", text("fine")}},
                {{"SourceAddress", text("a")}},
                {{"SourceAddress", text("a")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(sink.seen.size(), 3U);
  EXPECT_FALSE(sink.seen[0].fields.contains("Message"));
  EXPECT_EQ(sink.seen[1].fields.at("Message"), "seen");
  EXPECT_EQ(sink.seen[2].fields.at("Message"), "seen");
}

TEST(HostEnrichment, OfADocumentIsBoundByNameAndLaterOnesSeeWhatEarlierOnesAdded) {
  Engine engine;
  Enricher first, second;
  first.enrich = [](const weir_event&, weir_additions* additions) {
    set(additions, "DestinationPort", text("1"));
    return WEIR_OK;
  };
  second.enrich = [](const weir_event&, weir_additions* additions) {
    set(additions, "DestinationPort", number(2));
    return WEIR_OK;
  };
  const auto one = first.callbacks(), two = second.callbacks();
  ASSERT_EQ(engine.set_callback("first", &one), WEIR_OK);
  ASSERT_EQ(engine.set_callback("second", &two), WEIR_OK);
  ASSERT_EQ(
      engine.load("enrichment:\n"
                  "  - {name: a, type: host, callback: first}\n"
                  "  - {name: b, type: host, callback: second, filter: DestinationPort = 1}\n"),
      WEIR_OK)
      << engine.message();
  Events events{{{"Name", text("n")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(second.shown.size(), 1U);
  EXPECT_EQ(second.shown[0].at("DestinationPort"), "1");
  EXPECT_EQ(sink.seen.at(0).fields.at("DestinationPort"), "2");
}

TEST(HostEnrichment, ThatFailsLeavesTheEventUnchanged) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event& event, weir_additions* additions) -> std::int32_t {
    set(additions, "Message", text("half done"));
    return is_even(event) ? WEIR_CALLBACK_FAILED : 5;  // an answer that is none fails, too
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}, {{"Name", text("n")}}};
  Sink sink;
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
  for (const Seen& seen : sink.seen)
    EXPECT_EQ(seen.fields, (std::map<std::string, std::string>{{"Name", "n"}}));
  EXPECT_EQ(engine.stats().enrich_callbacks_failed, 2U);
}

TEST(HostEnrichment, OfAnOutputHappensOnceHoweverOftenItIsOffered) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions*) { return WEIR_OK; };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}, {{"Name", text("m")}}};
  Sink sink;
  sink.answer = [](const weir_output&) { return static_cast<std::int32_t>(WEIR_CALLBACK_FAILED); };
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_CALLBACK_FAILED);
  EXPECT_EQ(engine.advance(start, sink), WEIR_CALLBACK_FAILED);
  sink.answer = nullptr;
  EXPECT_EQ(engine.advance(start, sink), WEIR_OK);
  EXPECT_EQ(sink.seen.size(), 2U);
  EXPECT_EQ(enricher.shown.size(), 2U);
}

TEST(HostEnrichment, OfAnEventWithoutFieldsAddsTheFirst) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    return set(additions, "Message", text("first"));
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events;
  events.add({{"Name", text("n")}});
  events.add(weir_event{nullptr, 0, 1});
  Sink sink, lines(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
  EXPECT_EQ(sink.seen.at(1).fields, (std::map<std::string, std::string>{{"Message", "first"}}));
  EXPECT_EQ(engine.feed(events, start, lines), WEIR_OK);
  EXPECT_EQ(lines.bytes(), "{\"Name\":\"n\",\"Message\":\"first\"}\n{\"Message\":\"first\"}\n");
}

TEST(HostEnrichment, OfAPassedLineIsWrittenInPlace) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    set(additions, "Name", text("new"));
    set(additions, "Message", text("m"));
    set(additions, "Extra.k", text("v"));
    return WEIR_OK;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines("{ \"Name\" : \"a\", \"x\":[1, 2],\"Name\" :\"b\" ,\"n\":1.50 }\n"
                              "{\"Extra\":{\"k\":\"old\",\"z\":0},\"Name\":\"a\"}\n{}\n",
                              start, sink),
            WEIR_OK);
  EXPECT_EQ(sink.bytes(),
            "{ \"Name\" : \"a\", \"x\":[1, 2],\"Name\" :\"new\" ,\"n\":1.50 "
            ",\"Message\":\"m\",\"Extra\":{\"k\":\"v\"}}\n"
            "{\"Extra\":{\"k\":\"v\",\"z\":0},\"Name\":\"new\",\"Message\":\"m\"}\n"
            "{\"Name\":\"new\",\"Message\":\"m\",\"Extra\":{\"k\":\"v\"}}\n");
}

TEST(HostEnrichment, OfALineIsFilteredByAKeyOfItsExtra) {
  Engine engine;
  Enricher enricher;
  enricher.fields = {id("Extra.k")};
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    return set(additions, "Message", text("m"));
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(
      engine.create_rule("name: adds\ntype: host\nfilter: Extra.k = 'v'\n", &callbacks, &made),
      WEIR_OK);
  Sink sink(WEIR_FORM_NDJSON);
  engine.feed_lines("{\"Extra\":{\"k\":\"v\"}}\n{\"Extra.k\":\"v\"}\n{\"Extra\":{\"k\":\"w\"}}\n",
                    start, sink);
  const std::map<std::string, std::string> expected{{"Extra.k", "v"}};
  EXPECT_EQ(enricher.shown, (std::vector{expected, expected}));
  EXPECT_EQ(sink.bytes(),
            "{\"Extra\":{\"k\":\"v\"},\"Message\":\"m\"}\n{\"Extra.k\":\"v\",\"Message\":\"m\"}\n"
            "{\"Extra\":{\"k\":\"w\"}}\n");
}

}  // namespace
