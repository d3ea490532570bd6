// Filters of the host: what they are shown, and what their answers do.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "callbacks.h"

namespace {

using namespace host;

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

}  // namespace
