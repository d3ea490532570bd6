// Filters and enrichers of the host: what they are shown, what their answers do.

#include <gtest/gtest.h>

#include <algorithm>

#include "host.h"

namespace {

using namespace host;

// A filter that takes what `take` says and remembers what it was asked.
struct Filter {
  std::function<std::int32_t(const weir_event&)> take = [](const weir_event&) { return WEIR_TAKE; };
  std::vector<std::map<std::string, std::string>> asked;
  std::vector<std::uint32_t> kinds;  // of the first field
  std::vector<std::uint32_t> fields;

  weir_callbacks callbacks() {
    weir_callbacks given{};
    given.struct_size = sizeof given;
    given.filter = ask;
    given.fields = fields.empty() ? nullptr : fields.data();
    given.field_count = fields.size();
    given.user = this;
    return given;
  }

 private:
  static void ask(void* user, const weir_event* events, std::uint64_t count,
                  std::int32_t* answers) {
    Filter& self = *static_cast<Filter*>(user);
    for (std::uint64_t i = 0; i < count; ++i) {
      EXPECT_EQ(answers[i], WEIR_CALLBACK_FAILED) << "answers are preset to failure";
      self.asked.push_back(print(events[i]));
      self.kinds.push_back(events[i].field_count > 0 ? events[i].fields[0].kind : 0U);
      const std::int32_t answer = self.take(events[i]);
      if (answer >= 0) answers[i] = answer;
    }
  }
};

struct Enricher {
  std::function<std::int32_t(const weir_event&, weir_additions*)> enrich;
  std::vector<std::map<std::string, std::string>> shown;
  std::vector<std::uint32_t> fields;

  weir_callbacks callbacks() {
    weir_callbacks given{};
    given.struct_size = sizeof given;
    given.enrich = show;
    given.fields = fields.empty() ? nullptr : fields.data();
    given.field_count = fields.size();
    given.user = this;
    return given;
  }

 private:
  static void show(void* user, const weir_event* event, weir_additions* additions,
                   std::int32_t* answer) {
    Enricher& self = *static_cast<Enricher*>(user);
    EXPECT_EQ(*answer, WEIR_CALLBACK_FAILED);
    self.shown.push_back(print(*event));
    const std::int32_t given = self.enrich(*event, additions);
    if (given != WEIR_CALLBACK_FAILED) *answer = given;
  }
};

std::int32_t set(weir_additions* additions, std::string_view name, const Scalar& value) {
  const weir_field made = field(name, value);
  return weir_set_field(additions, &made, nullptr);
}

const char* const plain_rule = "name: mine\nidentical_fields: [SourceAddress]\nthreshold: 2\n";
const char* const host_enrichment = "name: adds\ntype: host\n";

bool is_even(const weir_event& event) { return event.cookie % 2 == 0; }

TEST(HostFilter, TakesLeavesAndFails) {
  Engine engine;
  Filter filter;
  filter.take = [](const weir_event& event) {
    return static_cast<std::int32_t>(event.cookie % 3) - 1;
  };
  weir_rule* rule = nullptr;
  const auto callbacks = filter.callbacks();
  ASSERT_EQ(engine.create_rule(plain_rule, &callbacks, &rule), WEIR_OK) << engine.message();
  Events events;
  add(events, 6, {{"SourceAddress", text("a")}});
  Sink sink;
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
  // 0 and 3 got no answer, 1 and 4 were left, 2 and 5 taken.
  EXPECT_EQ(engine.stats().taken, 2U);
  EXPECT_EQ(engine.stats().passed, 4U);
  EXPECT_EQ(engine.stats().filter_callbacks_failed, 2U);
  ASSERT_EQ(sink.of_kind(WEIR_OUTPUT_AGGREGATED).size(), 1U);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_AGGREGATED)[0].fields.at("BaseEventCount"), "2");
  EXPECT_TRUE(conserves(engine));
}

TEST(HostFilter, WithAListSeesThoseFieldsInTheSchemasTypes) {
  Engine engine;
  Filter filter;
  filter.fields = {id("DestinationPort"), id("Name")};
  weir_rule* rule = nullptr;
  const auto callbacks = filter.callbacks();
  ASSERT_EQ(engine.create_rule(plain_rule, &callbacks, &rule), WEIR_OK);
  Events events{
      {{"Message", text("m")}, {"SourceAddress", text("a")}, {"DestinationPort", text("443")}}};
  Sink sink;
  engine.feed(events, start, sink);
  engine.feed_lines(
      "{\"Message\":\"m\",\"DestinationPort\":\"80\",\"SourceAddress\":\"a\",\"Name\":7}\n", start,
      sink);
  ASSERT_EQ(filter.asked.size(), 2U);
  EXPECT_EQ(filter.asked[0], (std::map<std::string, std::string>{{"DestinationPort", "443"}}));
  EXPECT_EQ(filter.kinds[0], std::uint32_t{WEIR_INTEGER});
  EXPECT_EQ(filter.asked[1],
            (std::map<std::string, std::string>{{"DestinationPort", "80"}, {"Name", "7"}}));
}

TEST(HostFilter, WithoutAListSeesTheEventAsItWasFed) {
  Engine engine;
  Filter filter;
  weir_rule* rule = nullptr;
  const auto callbacks = filter.callbacks();
  ASSERT_EQ(engine.create_rule(plain_rule, &callbacks, &rule), WEIR_OK);
  Events events{
      {{"DestinationPort", text("443")}, {"SourceAddress", text("a")}, {"Message", text("m")}}};
  Sink sink;
  engine.feed(events, start, sink);
  engine.feed_lines("{\"Message\":\"m\",\"unknown\":1,\"SourceAddress\":\"a\"}\n", start, sink);
  ASSERT_EQ(filter.asked.size(), 2U);
  EXPECT_EQ(filter.kinds[0], std::uint32_t{WEIR_TEXT});
  EXPECT_EQ(filter.asked[0].size(), 3U);
  EXPECT_EQ(filter.asked[1],
            (std::map<std::string, std::string>{{"Message", "m"}, {"SourceAddress", "a"}}));
}

TEST(HostFilter, IsAskedOnlyAboutWhatTheRulesFilterLetsThrough) {
  Engine engine;
  Filter filter;
  weir_rule* rule = nullptr;
  const auto callbacks = filter.callbacks();
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [SourceAddress]\n"
                               "filter: Name = 'yes'\n",
                               &callbacks, &rule),
            WEIR_OK);
  Events events{{{"SourceAddress", text("a")}, {"Name", text("no")}},
                {{"SourceAddress", text("a")}, {"Name", text("yes")}}};
  Sink sink;
  engine.feed(events, start, sink);
  ASSERT_EQ(filter.asked.size(), 1U);
  EXPECT_EQ(filter.asked[0].at("Name"), "yes");
}

TEST(HostFilter, OfADocumentIsBoundByName) {
  Engine engine;
  EXPECT_EQ(engine.load(rule(2, 10, "callback: even")), WEIR_NOT_FOUND);
  EXPECT_NE(engine.message().find("even"), std::string::npos);
  Filter even, odd;
  even.take = [](const weir_event& event) { return is_even(event) ? WEIR_TAKE : WEIR_LEAVE; };
  odd.take = [](const weir_event& event) { return is_even(event) ? WEIR_LEAVE : WEIR_TAKE; };
  auto callbacks = even.callbacks();
  ASSERT_EQ(engine.set_callback("even", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(rule(2, 10, "callback: even")), WEIR_OK) << engine.message();
  Events events;
  add(events, 3, {{"SourceAddress", text("a")}});
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().taken, 2U);
  // Bound again, the rule uses the new function and keeps its buckets.
  callbacks = odd.callbacks();
  ASSERT_EQ(engine.set_callback("even", &callbacks), WEIR_OK);
  engine.feed(events, start, sink);
  EXPECT_EQ(engine.stats().taken, 3U);
  EXPECT_EQ(engine.stats().closed_reload, 0U);
}

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

TEST(SetField, RefusesWhatDoesNotConvert) {
  Engine engine;
  Enricher enricher;
  std::vector<std::int32_t> statuses;
  enricher.enrich = [&](const weir_event&, weir_additions* additions) {
    const auto attempt = [&](const weir_field& made) {
      statuses.push_back(weir_set_field(additions, &made, &engine.error));
    };
    attempt(field("DestinationPort", text("http")));
    attempt(field("DestinationPort", 1.5));
    attempt({UINT32_MAX, WEIR_INTEGER, 0, 1});
    attempt({id("Name"), 99, 0, 1});
    attempt({id("Name"), WEIR_TEXT, 5, 0});
    attempt({id("SA.list"), WEIR_TEXT_ARRAY, 2, 0});
    attempt({id("NA.list"), WEIR_INTEGER_ARRAY, 2, 0});
    attempt({id("Name"), WEIR_TEXT, WEIR_MAX_EVENT_BYTES + 1ULL, 8});
    statuses.push_back(weir_set_field(additions, nullptr, nullptr));
    return WEIR_OK;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(statuses, std::vector<std::int32_t>(9, WEIR_INVALID_ARGUMENT));
  EXPECT_EQ(sink.seen.at(0).fields, (std::map<std::string, std::string>{{"Name", "n"}}));
  EXPECT_EQ(weir_set_field(nullptr, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST(SetField, CopiesWhatItIsGiven) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    std::string one = "one", two(40, '2');
    weir_text items[] = {{one.data(), one.size()}, {two.data(), two.size()}};
    const weir_field list{id("SA.list"), WEIR_TEXT_ARRAY, 2, address_of(items)};
    const std::int32_t status = weir_set_field(additions, &list, nullptr);
    std::fill(one.begin(), one.end(), 'x');
    std::fill(two.begin(), two.end(), 'x');
    items[0] = items[1] = {};
    return status;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(sink.seen.at(0).fields.at("SA.list"), "[one," + std::string(40, '2') + "]");
}

}  // namespace
