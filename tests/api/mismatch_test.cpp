// A host of another version than the library: each struct that is passed singly, cut at every 4
// bytes as an older header has it, and longer as a newer one has it.

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "host.h"

namespace {

using host::Engine;
using host::Sink;
using host::start;

constexpr std::string_view whole_document = R"(
dictionaries: {owners: {entries: {a: b}}}
aggregation:
  - {name: flows, identical_fields: [SourceAddress], threshold: 2}
enrichment:
  - {name: owner, type: constant, target: DeviceAction, value: seen}
)";

void write_nothing(void*, const char*, std::uint64_t) {}

void take_all(void*, const weir_event*, std::uint64_t count, std::int32_t* answers) {
  for (std::uint64_t i = 0; i < count; ++i) answers[i] = WEIR_TAKE;
}

// A struct that goes into a call: how a host fills it, and the call. `least`: what every version
// has.
template <class Struct>
struct Given {
  Struct filled;
  std::size_t least;
  std::function<std::int32_t(const Struct*)> call;
};

// The struct with 64 bytes behind it.
template <class Struct>
struct Longer {
  Struct known;
  unsigned char newer[64];
};

template <class Struct>
void check(const Given<Struct>& given) {
  Longer<Struct> passed;
  for (std::size_t size = given.least; size <= sizeof(Struct); size += 4) {
    // What lies behind an older host's struct is not the struct's.
    std::memset(&passed, 0xFF, sizeof passed);
    std::memcpy(&passed.known, &given.filled, size);
    passed.known.struct_size = static_cast<std::uint32_t>(size);
    EXPECT_EQ(given.call(&passed.known), WEIR_OK) << "of an older host: " << size << " bytes";
  }
  for (std::size_t tail = 1; tail <= sizeof passed.newer; ++tail) {
    std::memset(&passed, 0, sizeof passed);
    std::memcpy(&passed.known, &given.filled, sizeof(Struct));
    passed.known.struct_size = static_cast<std::uint32_t>(sizeof(Struct) + tail);
    EXPECT_EQ(given.call(&passed.known), WEIR_OK) << "of a newer host: " << tail << " bytes more";
    passed.newer[tail - 1] = 1;
    EXPECT_EQ(given.call(&passed.known), WEIR_NOT_SUPPORTED) << "byte " << tail << " is not zero";
  }
}

// A struct that comes out of a call: written as far as the caller's goes, and no further.
template <class Struct>
void check_result(const std::function<std::int32_t(Struct*)>& call) {
  Longer<Struct> whole{};
  whole.known.struct_size = sizeof(Struct);
  ASSERT_EQ(call(&whole.known), WEIR_OK);
  for (std::size_t size = sizeof(std::uint32_t); size <= sizeof whole; size += 4) {
    Longer<Struct> out;
    std::memset(&out, 0x55, sizeof out);
    out.known.struct_size = static_cast<std::uint32_t>(size);
    ASSERT_EQ(call(&out.known), WEIR_OK) << size;
    EXPECT_EQ(out.known.struct_size, size);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&out);
    const auto* const expected = reinterpret_cast<const unsigned char*>(&whole);
    const std::size_t written = std::min(size, sizeof(Struct));
    EXPECT_EQ(std::memcmp(bytes + 4, expected + 4, written - 4), 0) << size;
    for (std::size_t i = written; i < sizeof out; ++i)
      ASSERT_EQ(bytes[i], 0x55) << "byte " << i << " of a struct of " << size;
  }
}

template <class Struct>
Struct sized() {
  Struct zero{};
  zero.struct_size = sizeof zero;
  return zero;
}

TEST(Mismatch, OfOptions) {
  weir_engine_options options = sized<weir_engine_options>();
  options.max_groups = 10;
  check<weir_engine_options>({options, 4, [](const weir_engine_options* given) {
                                weir_engine* engine = nullptr;
                                const std::int32_t status =
                                    weir_create_engine(given, &engine, nullptr);
                                EXPECT_EQ(status == WEIR_OK, engine != nullptr);
                                weir_destroy_engine(engine, nullptr);
                                return status;
                              }});
}

TEST(Mismatch, OfCallbacks) {
  Engine engine(whole_document);
  weir_callbacks callbacks = sized<weir_callbacks>();
  callbacks.filter = take_all;
  check<weir_callbacks>(
      {callbacks, offsetof(weir_callbacks, enrich), [&](const weir_callbacks* given) {
         return weir_set_callback(engine, "name", 4, given, nullptr);
       }});
}

TEST(Mismatch, OfTables) {
  Engine engine(whole_document);
  weir_table table = sized<weir_table>();
  table.kind = WEIR_DICTIONARY;
  table.name = {"owners", 6};
  table.format = WEIR_CSV;
  table.rows = {"key,value\na,b\n", 14};
  check<weir_table>({table, sizeof table, [&](const weir_table* given) {
                       return weir_set_table(engine, given, nullptr);
                     }});
}

TEST(Mismatch, OfQuestions) {
  Engine engine(whole_document);
  weir_question question = sized<weir_question>();
  question.line = {"{}", 2};
  check<weir_question>({question, sizeof question, [&](const weir_question* given) {
                          return weir_explain(engine, given, write_nothing, nullptr, nullptr);
                        }});
}

TEST(Mismatch, OfSinks) {
  Engine engine(whole_document);
  const Sink sink;
  const weir_sink* const filled = sink;
  check<weir_sink>({*filled, sizeof *filled, [&](const weir_sink* given) {
                      return weir_advance(engine, start, given, nullptr);
                    }});
}

TEST(Mismatch, OfStatistics) {
  Engine engine(whole_document);
  const Sink sink;
  ASSERT_EQ(engine.feed_lines("{\"SourceAddress\":\"a\"}\n{}\n", start, sink), WEIR_OK);
  check_result<weir_stats>(
      [&](weir_stats* stats) { return weir_get_stats(engine, stats, nullptr); });
  check_result<weir_rule_stats>(
      [&](weir_rule_stats* stats) { return weir_get_rule_stats(engine, 0, stats, nullptr); });
  check_result<weir_enrichment_stats>([&](weir_enrichment_stats* stats) {
    return weir_get_enrichment_stats(engine, 0, stats, nullptr);
  });
}

// The first release had a cursor of 40 bytes; it is written up to there at least.
TEST(Mismatch, OfCursors) {
  Engine engine(whole_document);
  const Sink sink;
  for (const std::size_t more : {0U, 8U, 64U}) {
    Longer<weir_cursor> cursor{};
    cursor.known.struct_size = static_cast<std::uint32_t>(sizeof(weir_cursor) + more);
    ASSERT_EQ(weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink, &cursor.known, nullptr), WEIR_OK);
    EXPECT_EQ(cursor.known.consumed, 3U);
    EXPECT_EQ(cursor.known.events, 1U);
  }
}

// The library says how long its own struct is, so an older host reads what it knows, and a newer
// one can see what is missing.
TEST(Mismatch, OfOutputs) {
  Engine engine(whole_document);
  Sink sink;
  std::vector<std::uint32_t> sizes;
  sink.answer = [&](const weir_output& output) {
    sizes.push_back(output.struct_size);
    return WEIR_ACCEPT;
  };
  ASSERT_EQ(engine.feed_lines("{}\n", start, sink), WEIR_OK);
  EXPECT_EQ(sizes, std::vector<std::uint32_t>{sizeof(weir_output)});
}

}  // namespace
