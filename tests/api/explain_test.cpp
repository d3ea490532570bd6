// What would happen to an event, and why: every outcome, and that asking changes nothing.

#include <gtest/gtest.h>

#include "explained.h"

namespace {

using namespace host;

const char* const dns_and_rest = R"(
filter: DeviceVendor = 'Zeek'
aggregation:
  - name: dns
    threshold: 3
    lifetime: 10
    identical_fields: [SourceAddress, DestinationAddress]
    filter: DestinationPort = 53 and TransportProtocol = 'udp'
  - name: rest
    threshold: 2
    lifetime: 60
    identical_fields: [SourceAddress]
    filter: not DestinationPort = 443
)";

std::string dns(std::string_view more = "") {
  return R"({"DeviceVendor":"Zeek","SourceAddress":"10.0.0.1","DestinationAddress":"10.0.0.2",)"
         R"("DestinationPort":53,"TransportProtocol":"udp")" +
         std::string(more) + "}";
}

std::string all_stats(const Engine& engine) {
  const weir_stats stats = engine.stats();
  std::string bytes(reinterpret_cast<const char*>(&stats), sizeof stats);
  weir_rule_stats rule{};
  rule.struct_size = sizeof rule;
  for (std::uint64_t i = 0; weir_get_rule_stats(engine, i, &rule, nullptr) == WEIR_OK; ++i)
    bytes.append(reinterpret_cast<const char*>(&rule), sizeof rule);
  return bytes;
}

TEST(Explain, TellsHowAnEventWouldOpenJoinAndClose) {
  Engine engine(dns_and_rest);
  Sink sink;
  const std::string line = dns();
  const Answer opens(engine, question_of(line, start));
  EXPECT_EQ(opens.outcome(), "taken");
  EXPECT_EQ(opens.at("/clock"), std::to_string(start / 1'000'000));
  EXPECT_EQ(opens.rule(0, "name"), "dns");
  EXPECT_EQ(opens.rule(0, "tenant"), "Main");
  EXPECT_EQ(opens.rule(0, "takes"), "true");
  EXPECT_EQ(opens.rule(0, "because"), "");
  EXPECT_EQ(opens.rule(0, "bucket"), R"({"open":false})");
  EXPECT_EQ(opens.rule(0, "effect"), "opens");
  EXPECT_EQ(opens.rule(0, "count"), "1");
  EXPECT_EQ(opens.rule(0, "threshold"), "3");
  EXPECT_EQ(opens.rule(0, "lifetime"), "10000");
  EXPECT_EQ(opens.rule(0, "key"),
            R"({"SourceAddress":"10.0.0.1","DestinationAddress":"10.0.0.2"})");
  engine.feed_lines(line + "\n", start, sink);
  const Answer joins(engine, question_of(line, start + 4 * second));
  EXPECT_EQ(joins.rule(0, "effect"), "joins");
  EXPECT_EQ(joins.rule(0, "count"), "2");
  EXPECT_EQ(joins.rule(0, "bucket"),
            R"({"open":true,"count":1,"opened":1000000000,"deadline":1000010000,"left":6000})");
  engine.feed_lines(line + "\n", start, sink);
  const Answer closes(engine, question_of(line, 0));
  EXPECT_EQ(closes.rule(0, "effect"), "closes");
  EXPECT_EQ(closes.rule(0, "count"), "3");
  EXPECT_EQ(closes.rule(0, "bucket/left"), "10000") << "now 0: the clock as it stands";
  const Answer due(engine, question_of(line, start + 10 * second));
  EXPECT_EQ(due.rule(0, "bucket/closes_first"), "true");
  EXPECT_EQ(due.rule(0, "bucket/left"), "0");
  EXPECT_EQ(due.rule(0, "effect"), "opens");
  EXPECT_EQ(due.rule(0, "count"), "1");
}

TEST(Explain, TellsWhatDecided) {
  Engine engine(dns_and_rest);
  const std::string line =
      R"({"DeviceVendor":"Zeek","SourceAddress":"10.0.0.1","DestinationPort":443})";
  const Answer answer(engine, question_of(line, start));
  EXPECT_EQ(answer.outcome(), "passed");
  EXPECT_EQ(answer.at("/filter/polarity"), "keep");
  EXPECT_EQ(answer.at("/filter/tree/truth"), "true");
  EXPECT_EQ(answer.rule(0, "because"), "filter");
  EXPECT_EQ(answer.rule(0, "considered"), "true");
  EXPECT_EQ(answer.rule(0, "missing"), R"(["DestinationAddress"])");
  EXPECT_EQ(answer.rule(0, "bucket"), "");
  EXPECT_EQ(answer.rule(0, "key"), "");
  EXPECT_EQ(answer.rule(0, "effect"), "");
  EXPECT_EQ(answer.rule(0, "filter/children/0"),
            R"({"type":"condition","expression":"DestinationPort = 53","truth":false,)"
            R"("reached":true,"decided":true,"left":443,"right":53})");
  EXPECT_EQ(answer.rule(0, "filter/children/1/reached"), "false");
  EXPECT_EQ(answer.rule(0, "filter/children/1/left"), "null");
  EXPECT_EQ(answer.rule(1, "filter/type"), "not");
  EXPECT_EQ(answer.rule(1, "filter/truth"), "false");
  EXPECT_EQ(answer.rule(1, "filter/children/0/truth"), "true");
  EXPECT_EQ(answer.at("/enrichment"), "[]");
}

TEST(Explain, TellsThatAnEarlierRuleHasIt) {
  Engine engine(dns_and_rest);
  const Answer answer(engine, question_of(dns(), start));
  EXPECT_EQ(answer.rules(), 2U);
  EXPECT_EQ(answer.rule(1, "considered"), "false");
  EXPECT_EQ(answer.rule(1, "takes"), "false");
  EXPECT_EQ(answer.rule(1, "because"), "earlier rule");
  EXPECT_EQ(answer.rule(1, "filter/truth"), "true") << "it would have";
  Engine all(std::string("match: all\n") + dns_and_rest);
  const Answer both(all, question_of(dns(), start));
  EXPECT_EQ(both.rule(0, "takes"), "true");
  EXPECT_EQ(both.rule(1, "takes"), "true");
  EXPECT_EQ(both.rule(1, "key"), R"({"SourceAddress":"10.0.0.1"})");
}

TEST(Explain, OfAFilteredEventTellsTheFilter) {
  Engine engine(dns_and_rest);
  const Answer dropped(engine, question_of(R"({"DeviceVendor":"Suricata"})", start));
  EXPECT_EQ(dropped.outcome(), "filtered");
  EXPECT_EQ(dropped.at("/filter/tree/left"), "Suricata");
  EXPECT_EQ(dropped.at("/filter/tree/decided"), "true");
  EXPECT_EQ(dropped.rule(0, "considered"), "false");
  EXPECT_EQ(dropped.rule(0, "because"), "filtered");
  EXPECT_EQ(dropped.at("/enrichment"), "");
  Engine drops("filter: Name = 'a'\npolarity: drop\n");
  const Answer polarity(drops, question_of(R"({"Name":"a"})", start));
  EXPECT_EQ(polarity.outcome(), "filtered");
  EXPECT_EQ(polarity.at("/filter/polarity"), "drop");
  EXPECT_EQ(Answer(drops, question_of("{}", start)).outcome(), "passed");
}

TEST(Explain, OfARejectedEventTellsTheProblem) {
  Engine engine(dns_and_rest);
  const Answer line(engine, question_of(R"({"DeviceVendor":)", start));
  EXPECT_EQ(line.outcome(), "rejected");
  EXPECT_NE(line.at("/problem"), "");
  EXPECT_EQ(line.at("/rules"), "");
  weir_field unknown{UINT32_MAX, WEIR_INTEGER, 0, 1};
  const weir_event event{&unknown, 1, 0};
  EXPECT_EQ(Answer(engine, question_of(event, start)).outcome(), "rejected");
  const std::string_view why = "it is torn";
  weir_record record{};
  record.problem = {why.data(), why.size()};
  weir_question question = question_of("", start);
  question.record = &record;
  EXPECT_EQ(Answer(engine, question).at("/problem"), why);
}

TEST(Explain, TakesEveryForm) {
  Engine engine(dns_and_rest);
  const Events events{{{"DeviceVendor", text("Zeek")}, {"SourceAddress", text("a")}}};
  EXPECT_EQ(Answer(engine, question_of(*events.data(), start)).rule(1, "effect"), "opens");
  const std::string_view key = "act", value = "blocked";
  const weir_member member{key.data(), 3, WEIR_TEXT, 7, address_of(value.data())};
  weir_record record{};
  record.members = &member;
  record.member_count = 1;
  ASSERT_EQ(weir_preset_id("cef", 3, &record.preset, nullptr), WEIR_OK);
  weir_question question = question_of("", start);
  question.record = &record;
  Engine cef("filter: DeviceAction = 'blocked'\n");
  EXPECT_EQ(Answer(cef, question).outcome(), "passed");
  weir_question mapped = question_of(R"({"id.orig_h":"10.0.0.9"})", start);
  ASSERT_EQ(weir_preset_id("zeek", 4, &mapped.preset, nullptr), WEIR_OK);
  Engine zeek("filter: SourceAddress = '10.0.0.9'\n");
  EXPECT_EQ(Answer(zeek, mapped).outcome(), "passed");
  EXPECT_EQ(Answer(zeek, question_of(R"({"Name":"x"})"
                                     "\n",
                                     start))
                .outcome(),
            "filtered");
}

TEST(Explain, TellsWhichFieldsAreMissing) {
  Engine engine(R"(
aggregation:
  - {name: whole, identical_fields: [SourceAddress, DestinationAddress], missing: pass}
  - {name: some, identical_fields: [SourceAddress, DestinationAddress]}
)");
  const Answer one(engine, question_of(R"({"SourceAddress":"a"})", start));
  EXPECT_EQ(one.rule(0, "because"), "missing fields");
  EXPECT_EQ(one.rule(0, "missing"), R"(["DestinationAddress"])");
  EXPECT_EQ(one.rule(1, "takes"), "true");
  EXPECT_EQ(one.rule(1, "key"), R"({"SourceAddress":"a","DestinationAddress":null})");
  const Answer none(engine, question_of("{}", start));
  EXPECT_EQ(none.outcome(), "passed");
  EXPECT_EQ(none.rule(1, "because"), "missing fields");
}

TEST(Explain, TellsWhatDedupRefuses) {
  Engine engine(rule(5, 10, "unique_fields: [Name]\n    unique_mode: dedup\n    unique_limit: 2"));
  Sink sink;
  const auto line = [](std::string_view name) {
    return R"({"SourceAddress":"a","Name":")" + std::string(name) + "\"}";
  };
  engine.feed_lines(line("x") + "\n", start, sink);
  const Answer met(engine, question_of(line("x"), start));
  EXPECT_EQ(met.outcome(), "passed");
  EXPECT_EQ(met.rule(0, "because"), "met");
  EXPECT_EQ(met.rule(0, "bucket/count"), "1");
  EXPECT_EQ(met.rule(0, "effect"), "");
  EXPECT_EQ(Answer(engine, question_of(line("y"), start)).rule(0, "effect"), "joins");
  engine.feed_lines(line("y") + "\n", start, sink);
  EXPECT_EQ(Answer(engine, question_of(line("z"), start)).rule(0, "because"), "full");
  const Answer later(engine, question_of(line("x"), start + 10 * second));
  EXPECT_EQ(later.rule(0, "effect"), "opens") << "the bucket that has met it closes first";
}

TEST(Explain, AsksHostFilters) {
  struct Host {
    std::int32_t answer = WEIR_TAKE;
    int asked = 0;
  } asked;
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.user = &asked;
  callbacks.filter = [](void* user, const weir_event*, std::uint64_t, std::int32_t* answers) {
    ++static_cast<Host*>(user)->asked;
    answers[0] = static_cast<Host*>(user)->answer;
  };
  Engine engine;
  ASSERT_EQ(engine.set_callback("mine", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(rule(2, 10, "callback: mine\n    filter: Name = 'a'")), WEIR_OK);
  const std::string_view line = R"({"SourceAddress":"a","Name":"a"})";
  EXPECT_EQ(Answer(engine, question_of(line, start)).rule(0, "host_filter"), "take");
  asked.answer = WEIR_LEAVE;
  const Answer left(engine, question_of(line, start));
  EXPECT_EQ(left.rule(0, "host_filter"), "leave");
  EXPECT_EQ(left.rule(0, "because"), "host filter");
  asked.answer = WEIR_CALLBACK_FAILED;
  EXPECT_EQ(Answer(engine, question_of(line, start)).rule(0, "host_filter"), "failed");
  EXPECT_EQ(engine.stats().filter_callbacks_failed, 0U);
  EXPECT_EQ(asked.asked, 3);
  const Answer not_asked(engine, question_of(R"({"SourceAddress":"a"})", start));
  EXPECT_EQ(not_asked.rule(0, "host_filter"), "");
  EXPECT_EQ(not_asked.rule(0, "because"), "filter");
  EXPECT_EQ(asked.asked, 3);
}

TEST(Explain, TellsWhichEnrichmentsWouldApply) {
  weir_callbacks callbacks{};
  int enriched = 0;
  callbacks.struct_size = sizeof callbacks;
  callbacks.user = &enriched;
  callbacks.enrich = [](void* user, const weir_event*, weir_additions*, std::int32_t* answer) {
    ++*static_cast<int*>(user);
    *answer = WEIR_OK;
  };
  Engine engine;
  ASSERT_EQ(engine.set_callback("f", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load("enrichment:\n  - {name: one, type: host, callback: f, "
                        "filter: \"Name = 'a'\"}\n"),
            WEIR_OK);
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: two\ntype: host\n", &callbacks, &made), WEIR_OK);
  const Answer answer(engine, question_of(R"({"Name":"b"})", start));
  EXPECT_EQ(answer.at("/enrichment/0/name"), "one");
  EXPECT_EQ(answer.at("/enrichment/0/applies"), "false");
  EXPECT_EQ(answer.at("/enrichment/0/filter/left"), "b");
  EXPECT_EQ(answer.at("/enrichment/1"), R"({"name":"two","applies":true})");
  EXPECT_EQ(enriched, 0);
}

TEST(Explain, MovesTheClockOfEventsAsAFeedWould) {
  Engine engine(rule(5), WEIR_CLOCK_EVENT);
  Sink sink;
  const auto line = [](std::int64_t seconds) {
    return R"({"SourceAddress":"a","Timestamp":)" + std::to_string(seconds * 1000) + "}";
  };
  engine.feed_lines(line(1000) + "\n", 0, sink);
  EXPECT_EQ(Answer(engine, question_of(line(1004), 0)).rule(0, "bucket/left"), "6000");
  EXPECT_EQ(Answer(engine, question_of(line(900), 0)).rule(0, "bucket/left"), "10000");
  EXPECT_EQ(Answer(engine, question_of(line(1010), 0)).rule(0, "bucket/closes_first"), "true");
  const Answer far(engine, question_of(line(9000), 1000 * second));
  EXPECT_EQ(far.at("/clock"), "1000000") << "more than an hour ahead of now";
  EXPECT_EQ(engine.stats().future_times, 0U);
  EXPECT_EQ(engine.stats().clock, 1000 * second);
}

TEST(Explain, ShiftsDeadlinesWithAClockThatIsSteppedBack) {
  Engine engine(rule(5));
  Sink sink;
  const std::string_view line = R"({"SourceAddress":"a"})";
  engine.feed_lines(std::string(line) + "\n", start + 7200 * second, sink);
  const Answer back(engine, question_of(line, start));
  EXPECT_EQ(back.rule(0, "bucket/deadline"), std::to_string(start / 1'000'000 + 10'000));
  EXPECT_EQ(back.rule(0, "bucket/left"), "10000");
  EXPECT_EQ(engine.stats().clock_steps_back, 0U);
  EXPECT_EQ(engine.stats().clock, start + 7200 * second);
}

TEST(Explain, CountsWhatIsNotStored) {
  Engine engine("filter: not DestinationPort = 53\n");
  const Answer answer(engine, question_of(R"({"DestinationPort":"many"})", start));
  EXPECT_EQ(answer.at("/not_stored"), "1");
  EXPECT_EQ(engine.stats().conversion_errors, 0U);
}

TEST(Explain, ChangesNothing) {
  Engine engine(dns_and_rest);
  Sink sink;
  engine.feed_lines(dns() + "\n", start, sink);
  const std::string before = all_stats(engine);
  const std::string first = explain(engine, question_of(dns(), start));
  for (const std::int64_t now : {std::int64_t{0}, start, start + 100 * second, second})
    for (const std::string& line : {dns(), std::string("{}"), std::string("{")})
      explain(engine, question_of(line, now));
  EXPECT_EQ(all_stats(engine), before);
  EXPECT_EQ(explain(engine, question_of(dns(), start)), first);
}

}  // namespace
