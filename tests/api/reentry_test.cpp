// Callbacks may not enter their engine, and user data is destroyed once.

#include <gtest/gtest.h>

#include <cstring>

#include "host.h"

namespace {

using namespace host;

int destroyed = 0;
void count_destroy(void*) { ++destroyed; }

void leave_all(void*, const weir_event*, std::uint64_t count, std::int32_t* answers) {
  for (std::uint64_t i = 0; i < count; ++i) answers[i] = WEIR_LEAVE;
}

weir_callbacks with_destructor() {
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.filter = leave_all;
  callbacks.user = &destroyed;
  callbacks.destroy = count_destroy;
  return callbacks;
}

const char* const mine = "name: mine\nidentical_fields: [SourceAddress]\n";

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

TEST(UserData, IsDestroyedOnceWithItsRule) {
  destroyed = 0;
  Engine engine;
  const auto callbacks = with_destructor();
  weir_rule* rule = nullptr;
  ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
  Events events{{{"SourceAddress", text("a")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(destroyed, 0);
  EXPECT_EQ(weir_destroy_rule(rule, nullptr), WEIR_OK);
  EXPECT_EQ(destroyed, 1);
}

TEST(UserData, IsDestroyedOnceWithTheEngine) {
  destroyed = 0;
  {
    Engine engine;
    const auto callbacks = with_destructor();
    weir_rule* rule = nullptr;
    ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
    ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
    EXPECT_EQ(destroyed, 0);
  }
  EXPECT_EQ(destroyed, 2);
}

TEST(UserData, IsDestroyedOnceWhenItIsReplaced) {
  destroyed = 0;
  Engine engine;
  const auto callbacks = with_destructor();
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  EXPECT_EQ(destroyed, 1);
}

TEST(UserData, IsDestroyedOnceWhenCreateFails) {
  destroyed = 0;
  Engine engine;
  auto callbacks = with_destructor();
  weir_rule* rule = nullptr;
  EXPECT_EQ(engine.create_rule("name: mine\n", &callbacks, &rule), WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(rule, nullptr);
  EXPECT_EQ(weir_create_rule(nullptr, mine, std::strlen(mine), &callbacks, &rule, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(engine.create_rule(mine, &callbacks, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 3);
  EXPECT_EQ(weir_create_rule(engine, nullptr, std::strlen(mine), &callbacks, &rule, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 4);
  const std::uint32_t unknown[] = {UINT32_MAX};
  callbacks.fields = unknown;
  callbacks.field_count = 1;
  EXPECT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 5);
  callbacks = with_destructor();
  EXPECT_EQ(engine.create_rule("name: adds\ntype: host\n", &callbacks, &rule),
            WEIR_INVALID_ARGUMENT)
      << "there is no enrich function";
  EXPECT_EQ(destroyed, 6);
  ASSERT_EQ(engine.create_rule(mine, nullptr, &rule), WEIR_OK);
  EXPECT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_ALREADY_EXISTS);
  EXPECT_EQ(destroyed, 7);
}

TEST(UserData, IsDestroyedOnceWhenBindingFails) {
  destroyed = 0;
  Engine engine;
  auto callbacks = with_destructor();
  EXPECT_EQ(engine.set_callback("", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_set_callback(nullptr, "n", 1, &callbacks, nullptr), WEIR_INVALID_ARGUMENT);
  callbacks.filter = nullptr;
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 3);
  // A rule of the document needs a filter, which the new functions lack.
  callbacks = with_destructor();
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(rule(1, 10, "callback: named")), WEIR_OK);
  callbacks.filter = nullptr;
  callbacks.enrich = [](void*, const weir_event*, weir_additions*, std::int32_t*) {};
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 4);
}

// Of a struct that is longer than this library's and has something there.
TEST(UserData, IsDestroyedOnceWhenTheStructIsNewer) {
  destroyed = 0;
  struct {
    weir_callbacks callbacks;
    std::uint64_t newer;
  } given{with_destructor(), 1};
  given.callbacks.struct_size = sizeof given;
  Engine engine;
  weir_rule* rule = nullptr;
  EXPECT_EQ(engine.create_rule(mine, &given.callbacks, &rule), WEIR_NOT_SUPPORTED);
  EXPECT_EQ(destroyed, 1);
}

// Its destructor may look at the engine, whichever way it came to run.
TEST(UserData, MayReadTheEngineWhileItIsDestroyed) {
  struct Reader {
    weir_engine* engine;
    std::vector<std::int32_t> statuses;
  };
  Reader reader{nullptr, {}};
  Engine engine;
  reader.engine = engine;
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.filter = leave_all;
  callbacks.user = &reader;
  callbacks.destroy = [](void* user) {
    Reader& self = *static_cast<Reader*>(user);
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    self.statuses.push_back(weir_get_stats(self.engine, &stats, nullptr));
    weir_rule* rule = nullptr;
    self.statuses.push_back(weir_create_rule(self.engine, "{}", 2, nullptr, &rule, nullptr));
  };
  weir_rule* rule = nullptr;
  ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
  EXPECT_EQ(weir_destroy_rule(rule, nullptr), WEIR_OK);
  EXPECT_EQ(engine.create_rule("{}", &callbacks, &rule), WEIR_INVALID_DOCUMENT);
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(host::rule(1, 10, "callback: named")), WEIR_OK);
  auto unfit = callbacks;
  unfit.filter = nullptr;
  unfit.enrich = [](void*, const weir_event*, weir_additions*, std::int32_t*) {};
  EXPECT_EQ(engine.set_callback("named", &unfit), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  const std::vector<std::int32_t> expected = {
      WEIR_OK, WEIR_INVALID_DOCUMENT, WEIR_OK, WEIR_INVALID_DOCUMENT,
      WEIR_OK, WEIR_INVALID_DOCUMENT, WEIR_OK, WEIR_INVALID_DOCUMENT};
  EXPECT_EQ(reader.statuses, expected);
  reader.engine = nullptr;  // what is bound still goes with the engine
}

}  // namespace
