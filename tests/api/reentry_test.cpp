// Callbacks may not enter their engine.

#include <gtest/gtest.h>

#include <cstring>

#include "host.h"
#include "user_data.h"

namespace {

using namespace host;

void ignore(void*, const char*, std::uint64_t) {}

weir_table dictionary() {
  static constexpr std::string_view rows = "a,b\n";
  return {sizeof(weir_table), WEIR_DICTIONARY, {"d", 1}, WEIR_CSV, 0, {rows.data(), rows.size()}};
}

// What each function that feeds answers now.
void enter_to_feed(weir_engine* engine, weir_batch* batch, std::vector<std::int32_t>& statuses) {
  Sink sink;
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  weir_batch* made = nullptr;
  statuses.push_back(weir_feed(engine, nullptr, 0, start, sink, nullptr, nullptr));
  statuses.push_back(weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink, &cursor, nullptr));
  statuses.push_back(weir_feed_records(engine, nullptr, 0, start, sink, nullptr, nullptr));
  statuses.push_back(weir_create_batch(engine, &made, nullptr));
  statuses.push_back(weir_read_ndjson(batch, "{}\n", 3, 0, &cursor, nullptr));
  statuses.push_back(weir_read_records(batch, nullptr, 0, nullptr));
  statuses.push_back(weir_feed_batch(batch, start, 0, sink, nullptr));
  statuses.push_back(weir_destroy_batch(batch, nullptr));
  statuses.push_back(weir_advance(engine, start, sink, nullptr));
  statuses.push_back(weir_flush(engine, 0, sink, nullptr));
}

// Each function that changes what the engine is.
void enter_to_change(weir_engine* engine, weir_rule* rule, std::vector<std::int32_t>& statuses) {
  weir_rule* made = nullptr;
  const auto callbacks = with_destructor();
  const weir_table table = dictionary();
  statuses.push_back(weir_load(engine, "{}", 2, nullptr));
  statuses.push_back(weir_create_rule(engine, mine, std::strlen(mine), &callbacks, &made, nullptr));
  statuses.push_back(weir_set_callback(engine, "n", 1, &callbacks, nullptr));
  statuses.push_back(weir_set_table(engine, &table, nullptr));
  statuses.push_back(weir_update_table(engine, &table, nullptr));
  statuses.push_back(weir_erase_from_table(engine, &table, nullptr));
  statuses.push_back(weir_restore(engine, "x", 1, nullptr));
  statuses.push_back(weir_destroy_rule(rule, nullptr));
  statuses.push_back(weir_destroy_engine(engine, nullptr));
}

// Each function that only looks.
void enter_to_look(weir_engine* engine, std::vector<std::int32_t>& statuses) {
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  weir_rule_stats one{};
  one.struct_size = sizeof one;
  weir_enrichment_stats enrichment{};
  enrichment.struct_size = sizeof enrichment;
  weir_question question{};
  question.struct_size = sizeof question;
  question.line = {"{}", 2};
  statuses.push_back(weir_get_stats(engine, &stats, nullptr));
  statuses.push_back(weir_get_rule_stats(engine, 0, &one, nullptr));
  statuses.push_back(weir_get_enrichment_stats(engine, 0, &enrichment, nullptr));
  statuses.push_back(weir_get_metrics(engine, ignore, nullptr, nullptr));
  statuses.push_back(weir_explain(engine, &question, ignore, nullptr, nullptr));
  statuses.push_back(weir_snapshot(engine, ignore, nullptr, nullptr));
}

constexpr std::size_t functions = 25;

// One user of three kinds of callback, each of which enters.
struct Intruder {
  weir_engine* engine = nullptr;
  weir_rule* rule = nullptr;
  weir_batch* batch = nullptr;
  std::vector<std::int32_t> statuses;
  void intrude() {
    enter_to_feed(engine, batch, statuses);
    enter_to_change(engine, rule, statuses);
    enter_to_look(engine, statuses);
  }
  static void filter(void* user, const weir_event*, std::uint64_t count, std::int32_t* answers) {
    static_cast<Intruder*>(user)->intrude();
    for (std::uint64_t i = 0; i < count; ++i) answers[i] = WEIR_LEAVE;
  }
  static void enrich(void* user, const weir_event*, weir_additions*, std::int32_t* answer) {
    static_cast<Intruder*>(user)->intrude();
    *answer = WEIR_OK;
  }
};

TEST(Reentry, OfTheEngineFromItsCallbackIsBusy) {
  destroyed = 0;
  Engine engine;
  Intruder intruder{engine, nullptr, nullptr, {}};
  ASSERT_EQ(weir_create_batch(engine, &intruder.batch, nullptr), WEIR_OK);
  weir_callbacks filter{}, enrich{};
  filter.struct_size = enrich.struct_size = sizeof filter;
  filter.filter = Intruder::filter;
  enrich.enrich = Intruder::enrich;
  filter.user = enrich.user = &intruder;
  weir_rule* adds = nullptr;
  ASSERT_EQ(engine.create_rule(mine, &filter, &intruder.rule), WEIR_OK);
  ASSERT_EQ(engine.create_rule("name: adds\ntype: host\n", &enrich, &adds), WEIR_OK);
  Sink sink;
  sink.answer = [&](const weir_output&) {
    intruder.intrude();
    return static_cast<std::int32_t>(WEIR_ACCEPT);
  };
  Events events{{{"SourceAddress", text("a")}}};
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK) << engine.message();
  EXPECT_EQ(intruder.statuses, std::vector<std::int32_t>(3 * functions, WEIR_BUSY));
  EXPECT_EQ(destroyed, 6) << "user data of refused calls is destroyed, too";
  EXPECT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(engine.stats().passed, 1U);
  EXPECT_EQ(weir_destroy_batch(intruder.batch, nullptr), WEIR_OK);
}

// What writes text calls back, too.
TEST(Reentry, FromAWriteCallbackIsBusy) {
  struct Writer {
    weir_engine* engine;
    std::vector<std::int32_t> statuses;
    static void write(void* user, const char*, std::uint64_t) {
      Writer& self = *static_cast<Writer*>(user);
      enter_to_look(self.engine, self.statuses);
    }
  };
  Engine engine(rule(1));
  Writer writer{engine, {}};
  weir_question question{};
  question.struct_size = sizeof question;
  question.line = {"{}", 2};
  EXPECT_EQ(weir_explain(engine, &question, Writer::write, &writer, nullptr), WEIR_OK);
  EXPECT_EQ(weir_get_metrics(engine, Writer::write, &writer, nullptr), WEIR_OK);
  EXPECT_EQ(weir_snapshot(engine, Writer::write, &writer, nullptr), WEIR_OK);
  EXPECT_GE(writer.statuses.size(), 6U);
  for (const std::int32_t status : writer.statuses) EXPECT_EQ(status, WEIR_BUSY);
}

TEST(Reentry, OfAnotherEngineIsFree) {
  Engine engine, other(rule(1));
  Sink sink, inner;
  Events events{{{"SourceAddress", text("a")}}};
  sink.answer = [&](const weir_output&) {
    EXPECT_EQ(other.feed(events, start, inner), WEIR_OK);
    return static_cast<std::int32_t>(WEIR_ACCEPT);
  };
  EXPECT_EQ(engine.feed(events, start, sink), WEIR_OK);
  EXPECT_EQ(inner.seen.size(), 1U);
}

TEST(Reentry, FromTheLogCallbackIsBusy) {
  struct Log {
    weir_engine* engine = nullptr;
    int messages = 0;
    std::int32_t status = WEIR_OK;
  } log;
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.log_user = &log;
  options.log = [](void* user, std::uint32_t, const char*, std::uint64_t) {
    Log& self = *static_cast<Log*>(user);
    ++self.messages;
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    self.status = weir_get_stats(self.engine, &stats, nullptr);
  };
  ASSERT_EQ(weir_create_engine(&options, &log.engine, nullptr), WEIR_OK);
  Sink sink;
  EXPECT_EQ(weir_advance(log.engine, 10'000 * second, sink, nullptr), WEIR_OK);
  EXPECT_EQ(weir_advance(log.engine, second, sink, nullptr), WEIR_OK);
  EXPECT_EQ(log.messages, 1) << "a warning that the clock was stepped back";
  EXPECT_EQ(log.status, WEIR_BUSY);
  EXPECT_EQ(weir_destroy_engine(log.engine, nullptr), WEIR_OK);
}

}  // namespace
