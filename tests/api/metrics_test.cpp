// Metrics as text: that they are what the structs say, and of the form that Prometheus reads.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "exposition.h"
#include "host.h"
#include "lookup_server.h"

namespace {

using namespace host;

std::string metrics_text(const Engine& engine) {
  std::string text;
  const auto append = [](void* user, const char* bytes, std::uint64_t size) {
    static_cast<std::string*>(user)->append(bytes, size);
  };
  EXPECT_EQ(weir_get_metrics(engine, append, &text, nullptr), WEIR_OK);
  return text;
}

Exposition metrics(const Engine& engine) {
  Exposition read = read_exposition(metrics_text(engine));
  EXPECT_EQ(read.problem, "");
  return read;
}

std::uint64_t count(const Exposition& read, const std::string& series) {
  const auto found = read.value.find(series);
  EXPECT_NE(found, read.value.end()) << series;
  return found == read.value.end() ? ~std::uint64_t{0} : std::stoull(found->second);
}

constexpr std::string_view web_and_rest =
    "filter: not Name = 'noise'\n"
    "aggregation:\n"
    "  - name: web\n    threshold: 3\n    lifetime: 10s\n    filter: DestinationPort = 80\n"
    "    identical_fields: [SourceAddress]\n    unique_fields: [SourcePort]\n    unique_limit: 2\n"
    "    sum_fields: [DeviceCustomString1]\n"
    "  - name: rest\n    tenant: Other\n    threshold: 2\n    lifetime: 60s\n    single: pass\n"
    "    identical_fields: [SourceAddress]\n    sum_fields: [BytesIn]\n"
    "enrichment:\n"
    "  - type: constant\n    name: seen\n    value: yes\n    target: Message\n"
    "    filter: BaseEventCount > 2\n";

void feed_web_and_rest(Engine& engine, const Sink& sink) {
  Events events;
  for (std::int64_t port = 0; port < 5; ++port)
    events.add({{"SourceAddress", text("10.0.0.1")},
                {"DestinationPort", number(80)},
                {"SourcePort", number(port)},
                {"DeviceCustomString1", text(port == 0 ? "no number" : "7")}});
  for (std::int64_t i = 0; i < 5; ++i)
    events.add({{"SourceAddress", text(i < 3 ? "10.0.0.2" : "10.0.0.3")},
                {"BytesIn", number(std::numeric_limits<std::int64_t>::max())}});
  events.add({{"SourceAddress", text("10.0.0.4")}});
  events.add({{"Name", text("noise")}});
  events.add({{"Name", text("passes")}});
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
  engine.feed_lines("{broken\n", start, sink);
  ASSERT_EQ(engine.advance(start + 4 * second, sink), WEIR_OK);
}

TEST(Metrics, AreTheMembersOfTheEnginesStatistics) {
  Engine engine(web_and_rest);
  Sink sink;
  feed_web_and_rest(engine, sink);
  const weir_stats stats = engine.stats();
  const Exposition read = metrics(engine);
  EXPECT_EQ(stats.sums_skipped, 1U);
  EXPECT_EQ(stats.sums_saturated, 2U);
  EXPECT_EQ(stats.uniques_cut, 1U);
  EXPECT_EQ(stats.rejected, 1U);
  const std::map<std::string, std::uint64_t> expected = {
      {"weir_events_in_total", stats.events_in},
      {"weir_events_total{fate=rejected}", stats.rejected},
      {"weir_events_total{fate=filtered}", stats.filtered},
      {"weir_events_total{fate=passed}", stats.passed},
      {"weir_events_total{fate=taken}", stats.taken},
      {"weir_conservation_delta", 0},
      {"weir_aggregated_events_total", stats.aggregated},
      {"weir_closed_groups_total{reason=count}", stats.closed_count},
      {"weir_closed_groups_total{reason=lifetime}", stats.closed_lifetime},
      {"weir_closed_groups_total{reason=evicted}", stats.closed_evicted},
      {"weir_accumulation_errors_total{kind=sum_skipped}", stats.sums_skipped},
      {"weir_accumulation_errors_total{kind=sum_saturated}", stats.sums_saturated},
      {"weir_accumulation_errors_total{kind=join_cut}", 0},
      {"weir_unique_values_cut_total", stats.uniques_cut},
      {"weir_open_groups", stats.open_groups},
      {"weir_open_events", stats.open_events},
      {"weir_open_bytes", stats.open_bytes},
      {"weir_waiting_outputs", 0},
      {"weir_clock_seconds", (start + 4 * second) / second},
      {"weir_loads_total{result=taken}", stats.loads},
      {"weir_max_groups", 1'000'000},
      {"weir_max_bytes", std::uint64_t{1} << 30},
      {"weir_build_info{version=0.1.0,abi=0.1}", 1},
  };
  for (const auto& [series, value] : expected) EXPECT_EQ(count(read, series), value) << series;
}

TEST(Metrics, AreTheMembersOfTheRulesStatistics) {
  Engine engine(web_and_rest);
  Sink sink;
  feed_web_and_rest(engine, sink);
  const Exposition read = metrics(engine);
  const std::string rules[] = {"{tenant=Main,rule=web", "{tenant=Other,rule=rest"};
  for (std::uint64_t i = 0; i < 2; ++i) {
    const weir_rule_stats stats = engine.rule_stats(i);
    const auto of = [&](const std::string& name, const std::string& more = "") {
      return count(read, "weir_rule_" + name + rules[i] + more + "}");
    };
    EXPECT_EQ(of("taken_events_total"), stats.taken);
    EXPECT_EQ(of("base_events_out_total"), stats.out);
    EXPECT_EQ(of("aggregated_events_total"), stats.aggregated);
    EXPECT_EQ(of("lone_events_total"), stats.lone);
    EXPECT_EQ(of("closed_groups_total", ",reason=count"), stats.closed_count);
    EXPECT_EQ(of("closed_groups_total", ",reason=lifetime"), stats.closed_lifetime);
    EXPECT_EQ(of("accumulation_errors_total", ",kind=sum_skipped"), stats.sums_skipped);
    EXPECT_EQ(of("accumulation_errors_total", ",kind=sum_saturated"), stats.sums_saturated);
    EXPECT_EQ(of("unique_values_cut_total"), stats.uniques_cut);
    EXPECT_EQ(of("open_groups"), stats.open_groups);
    EXPECT_EQ(of("open_events"), stats.open_events);
    EXPECT_EQ(of("open_bytes"), stats.open_bytes);
    EXPECT_EQ(of("oldest_open_seconds"),
              stats.oldest_opened == 0
                  ? 0U
                  : static_cast<std::uint64_t>(start + 4 * second - stats.oldest_opened) / second);
  }
  EXPECT_EQ(count(read, "weir_rule_lifetime_seconds{tenant=Main,rule=web}"), 10U);
  EXPECT_EQ(count(read, "weir_rule_lifetime_seconds{tenant=Other,rule=rest}"), 60U);
  EXPECT_EQ(engine.rule_stats(0).taken, 5U);
  EXPECT_EQ(engine.rule_stats(0).uniques_cut, 1U);
  EXPECT_EQ(engine.rule_stats(0).sums_skipped, 1U);
  EXPECT_EQ(engine.rule_stats(0).sums_saturated, 0U);
  EXPECT_EQ(engine.rule_stats(1).taken, 6U);
  EXPECT_EQ(engine.rule_stats(1).sums_saturated, 2U);
  EXPECT_EQ(engine.rule_stats(1).sums_skipped, 0U);
  const weir_enrichment_stats seen = engine.enrichment_stats();
  EXPECT_EQ(count(read, "weir_enrichment_events_total{rule=seen,type=constant,effect=applied}"),
            seen.applied);
  EXPECT_EQ(count(read, "weir_enrichment_events_total{rule=seen,type=constant,effect=skipped}"),
            seen.skipped);
  EXPECT_GT(seen.applied, 0U);
  EXPECT_GT(seen.skipped, 0U);
}

TEST(Metrics, OfARuleThatIsGoneStayInTheTotals) {
  Engine engine(web_and_rest);
  Sink sink;
  feed_web_and_rest(engine, sink);
  const weir_stats before = engine.stats();
  ASSERT_EQ(engine.load(rule(5)), WEIR_OK) << engine.message();
  const Exposition read = metrics(engine);
  EXPECT_EQ(count(read, "weir_accumulation_errors_total{kind=sum_skipped}"), before.sums_skipped);
  EXPECT_EQ(count(read, "weir_accumulation_errors_total{kind=sum_saturated}"),
            before.sums_saturated);
  EXPECT_EQ(count(read, "weir_unique_values_cut_total"), before.uniques_cut);
  EXPECT_EQ(count(read, "weir_closed_groups_total{reason=reload}"), before.open_groups);
  for (const std::string& series : read.series)
    EXPECT_EQ(series.find("tenant=Other"), std::string::npos) << series;
}

TEST(Metrics, OfConservationIsZeroWhileFourThreadsFeed) {
  Engine engine(web_and_rest);
  Events events;
  for (std::int64_t i = 0; i < 700; ++i)
    events.add({{"SourceAddress", number(i % 50)}, {"DestinationPort", number(i % 2 * 80)}});
  add(events, 100, {{"Name", text("noise")}});
  add(events, 100, {{"Name", text("passes")}});
  std::atomic<int> running = 4;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      Sink sink;
      sink.answer = [](const weir_output&) { return WEIR_ACCEPT; };
      for (int turn = 0; turn < 50; ++turn)
        EXPECT_EQ(weir_feed(engine, events.data(), events.size(), start, sink, nullptr, nullptr),
                  WEIR_OK);
      --running;
    });
  std::uint64_t last = 0;
  do {
    const Exposition read = metrics(engine);
    ASSERT_EQ(read.value.at("weir_conservation_delta"), "0");
    const std::uint64_t fed = count(read, "weir_events_in_total");
    EXPECT_GE(fed, last);
    last = fed;
  } while (running > 0);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count(metrics(engine), "weir_events_in_total"), 4U * 50 * 900);
}

TEST(Metrics, EscapeTheNamesOfRules) {
  Engine engine(
      R"({"aggregation": [{"name": "a\"b\\c\nd é", "identical_fields": ["SourceAddress"]},)"
      R"({"name": "same", "identical_fields": ["SourceAddress"]},)"
      R"({"name": "same", "tenant": "T", "identical_fields": ["SourceAddress"]}]})");
  const std::string text = metrics_text(engine);
  EXPECT_NE(text.find("weir_rule_open_groups{tenant=\"Main\",rule=\"a\\\"b\\\\c\\nd é\"} 0\n"),
            std::string::npos)
      << text;
  const Exposition read = metrics(engine);
  for (const char* labels :
       {"{tenant=Main,rule=a\"b\\c\nd é}", "{tenant=Main,rule=same}", "{tenant=T,rule=same}"})
    EXPECT_EQ(count(read, std::string("weir_rule_taken_events_total") + labels), 0U);
}

TEST(Metrics, ComeInTheSameOrderEachTime) {
  Engine engine(web_and_rest);
  const Exposition before = metrics(engine);
  Sink sink;
  feed_web_and_rest(engine, sink);
  const Exposition after = metrics(engine);
  EXPECT_EQ(before.families, after.families);
  EXPECT_EQ(before.series, after.series);
  EXPECT_EQ(after.families.front(), "weir_build_info gauge");
}

TEST(Metrics, TellHowLongAnswersTook) {
  LookupServer server(
      [](std::string_view) -> LookupServer::Reply { return {std::string(finish_line)}; });
  Engine engine(asking(server.port(), "    cache_ttl: 1h\n"));
  Sink sink(WEIR_FORM_NDJSON);
  for (int turn = 0; turn < 3; ++turn) {
    ASSERT_EQ(engine.feed_lines("{\"SourceAddress\":\"10.0.0.1\"}\n", start, sink), WEIR_OK);
    ASSERT_EQ(engine.flush(sink, 30 * second), WEIR_OK);
  }
  const Exposition read = metrics(engine);
  const std::string labels = "{rule=ask,type=cybertrace";
  EXPECT_EQ(count(read, "weir_enrichment_questions_total" + labels + ",outcome=ok}"), 1U);
  EXPECT_EQ(count(read, "weir_enrichment_cache_hits_total" + labels + "}"), 2U);
  EXPECT_EQ(count(read, "weir_enrichment_answer_seconds_count" + labels + "}"), 1U);
  EXPECT_EQ(count(read, "weir_enrichment_answer_seconds_bucket" + labels + ",le=+Inf}"), 1U);
  EXPECT_TRUE(
      read.value.contains("weir_enrichment_answer_seconds_bucket" + labels + ",le=0.0005}"));
  EXPECT_GT(std::stod(read.value.at("weir_enrichment_answer_seconds_sum" + labels + "}")), 0);
}

TEST(Metrics, NeedAFunctionThatTakesThem) {
  Engine engine;
  EXPECT_EQ(weir_get_metrics(engine, nullptr, nullptr, &engine.error), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(metrics(engine).families.front(), "weir_build_info gauge") << "without any rule";
}

}  // namespace
