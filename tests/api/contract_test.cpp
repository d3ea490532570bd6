// Arguments, structs, errors, names: the rules that hold for every function.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "host.h"

namespace {

using namespace host;

TEST(Library, HasTheVersionOfItsHeader) {
  EXPECT_EQ(weir_abi_version(), static_cast<std::uint32_t>(WEIR_ABI_VERSION));
  EXPECT_EQ(std::string(weir_version()), std::to_string(WEIR_VERSION_MAJOR) + "." +
                                             std::to_string(WEIR_VERSION_MINOR) + "." +
                                             std::to_string(WEIR_VERSION_PATCH));
}

TEST(Library, NamesEveryStatus) {
  EXPECT_STREQ(weir_status_name(WEIR_OK), "WEIR_OK");
  EXPECT_STREQ(weir_status_name(WEIR_STOPPED), "WEIR_STOPPED");
  for (std::int32_t status = WEIR_INTERNAL; status < 0; ++status)
    EXPECT_EQ(std::string(weir_status_name(status)).substr(0, 5), "WEIR_") << status;
  EXPECT_STREQ(weir_status_name(2), "unknown status");
  EXPECT_STREQ(weir_status_name(INT32_MIN), "unknown status");
}

TEST(Fields, KeepTheirIds) {
  const std::uint32_t one = id("SourceAddress"), two = id("S.Имя_1"), three = id("Extra.a.b c");
  EXPECT_EQ(id("SourceAddress"), one);
  EXPECT_EQ(id("S.Имя_1"), two);
  weir_text name{};
  EXPECT_EQ(weir_field_name(three, &name, nullptr), WEIR_OK);
  EXPECT_EQ(std::string(name.data, name.size), "Extra.a.b c");
  EXPECT_EQ(name.data[name.size], '\0');
}

TEST(Fields, ThatDoNotExistAreNotFoundWithASuggestion) {
  std::uint32_t found = 77;
  weir_error error = no_error();
  EXPECT_EQ(weir_field_id("SourceAdress", 12, &found, &error), WEIR_NOT_FOUND);
  EXPECT_EQ(error.status, WEIR_NOT_FOUND);
  EXPECT_NE(std::string(error.message).find("did you mean 'SourceAddress'?"), std::string::npos)
      << error.message;
  EXPECT_EQ(weir_field_id("sourceaddress", 13, &found, nullptr), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_field_id("", 0, &found, nullptr), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_field_id(nullptr, 0, &found, nullptr), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_field_id("Name\0x", 6, &found, nullptr), WEIR_NOT_FOUND) << "NUL is data";
  weir_text name{};
  EXPECT_EQ(weir_field_name(UINT32_MAX, &name, nullptr), WEIR_NOT_FOUND);
}

TEST(Presets, HaveIdsThatStayAndTextsThatLoad) {
  const auto described = [](std::string_view input) {
    std::string text;
    const auto write = [](void* user, const char* bytes, std::uint64_t size) {
      static_cast<std::string*>(user)->append(bytes, size);
    };
    EXPECT_EQ(weir_describe("presets", 7, input.data(), input.size(), write, &text, nullptr),
              WEIR_OK);
    return text;
  };
  EXPECT_NE(described("").find("{\"name\":\"zeek\","), std::string::npos) << described("");
  std::uint32_t zeek = 0, again = 0, cef = 0;
  EXPECT_EQ(weir_preset_id("zeek", 4, &zeek, nullptr), WEIR_OK);
  EXPECT_EQ(weir_preset_id("zeek", 4, &again, nullptr), WEIR_OK);
  EXPECT_EQ(weir_preset_id("cef", 3, &cef, nullptr), WEIR_OK);
  EXPECT_NE(zeek, 0U);
  EXPECT_EQ(zeek, again);
  EXPECT_NE(zeek, cef);
  Engine engine;
  const std::string text = described("zeek");
  EXPECT_EQ(weir_load(engine, text.data(), text.size(), nullptr), WEIR_OK);
  weir_error error = no_error();
  EXPECT_EQ(weir_preset_id("zek", 3, &zeek, &error), WEIR_NOT_FOUND);
  EXPECT_STREQ(error.message, "unknown preset 'zek'; did you mean 'zeek'?");
  const auto nowhere = [](void*, const char*, std::uint64_t) {};
  EXPECT_EQ(weir_describe("presets", 7, "zek", 3, nowhere, nullptr, nullptr), WEIR_NOT_FOUND);
}

TEST(Arguments, ThatAreNullAreRefused) {
  Engine engine;
  Sink sink;
  const weir_field none{};
  weir_error error = no_error();
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  const std::vector<std::int32_t> statuses = {
      weir_field_id("Name", 4, nullptr, &error),
      weir_field_id(nullptr, 4, &error.line, &error),
      weir_field_name(0, nullptr, &error),
      weir_preset_id("cef", 3, nullptr, &error),
      weir_preset_id(nullptr, 3, &error.line, &error),
      weir_create_engine(nullptr, nullptr, &error),
      weir_load(nullptr, "{}", 2, &error),
      weir_load(engine, nullptr, 2, &error),
      weir_set_callback(engine, "n", 1, nullptr, &error),
      weir_feed(nullptr, nullptr, 0, start, sink, nullptr, &error),
      weir_feed(engine, nullptr, 1, start, sink, nullptr, &error),
      weir_feed(engine, nullptr, 0, start, nullptr, nullptr, &error),
      weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink, nullptr, &error),
      weir_feed_ndjson(engine, nullptr, 3, start, 0, sink, &cursor, &error),
      weir_feed_ndjson(nullptr, "{}\n", 3, start, 0, sink, &cursor, &error),
      weir_feed_ndjson(engine, "{}\n", 3, start, 0, nullptr, &cursor, &error),
      weir_advance(nullptr, start, sink, &error),
      weir_advance(engine, start, nullptr, &error),
      weir_flush(nullptr, 0, sink, &error),
      weir_flush(engine, 0, nullptr, &error),
      weir_get_stats(nullptr, nullptr, &error),
      weir_get_stats(engine, nullptr, &error),
      weir_get_rule_stats(engine, 0, nullptr, &error),
      weir_get_enrichment_stats(engine, 0, nullptr, &error),
      weir_set_field(nullptr, &none, &error),
      weir_describe("fields", 6, nullptr, 0, nullptr, nullptr, &error),
  };
  for (std::size_t i = 0; i < statuses.size(); ++i)
    EXPECT_EQ(statuses[i], WEIR_INVALID_ARGUMENT) << "call " << i;
  EXPECT_EQ(weir_destroy_engine(nullptr, &error), WEIR_OK);
  EXPECT_EQ(weir_destroy_rule(nullptr, &error), WEIR_OK);
  EXPECT_EQ(weir_feed(engine, nullptr, 0, start, sink, nullptr, nullptr), WEIR_OK);
}

TEST(Arguments, ThatTheContractForbidsAreRefused) {
  Engine engine;
  Sink sink, unknown(7);
  weir_sink mute{sizeof(weir_sink), WEIR_FORM_EVENTS, nullptr, nullptr};
  EXPECT_EQ(engine.advance(start, unknown), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_advance(engine, start, &mute, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.advance(-1, sink), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.advance(INT64_MAX, sink), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_flush(engine, -1, sink, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.feed_lines("{}\n", start, sink, 2), WEIR_NOT_SUPPORTED);
  weir_engine* other = engine;
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.clock = 9;
  EXPECT_EQ(weir_create_engine(&options, &other, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(other, nullptr);
  options.clock = 0;
  options.max_future_skew = -1;
  EXPECT_EQ(weir_create_engine(&options, &other, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST(Structs, MustSayTheirSize) {
  Engine engine;
  Sink sink;
  weir_sink no_size{0, WEIR_FORM_EVENTS, nullptr, nullptr};
  EXPECT_EQ(weir_advance(engine, start, &no_size, nullptr), WEIR_INVALID_ARGUMENT);
  weir_stats stats{};
  EXPECT_EQ(weir_get_stats(engine, &stats, nullptr), WEIR_INVALID_ARGUMENT);
  weir_cursor cursor{};
  EXPECT_EQ(weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink, &cursor, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.stats().events_in, 0U);
  weir_engine* other = nullptr;
  weir_engine_options options{};
  EXPECT_EQ(weir_create_engine(&options, &other, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST(Structs, OfAnOlderHostReadAsZeroBehindTheirEnd) {
  // A host whose options end before `log`: what lies there is not the struct's.
  weir_engine_options options{};
  std::memset(&options, 0xFF, sizeof options);
  options.struct_size = offsetof(weir_engine_options, log);
  options.clock = WEIR_CLOCK_EVENT;
  options.max_groups = options.max_bytes = 0;
  options.max_future_skew = 0;
  options.instance = {nullptr, 0};
  weir_engine* engine = nullptr;
  ASSERT_EQ(weir_create_engine(&options, &engine, nullptr), WEIR_OK);
  EXPECT_EQ(weir_destroy_engine(engine, nullptr), WEIR_OK);
}

TEST(Structs, OfAnOlderHostAreWrittenUpToTheirEnd) {
  Engine engine;
  weir_stats stats{};
  std::memset(&stats, 0x55, sizeof stats);
  stats.struct_size = offsetof(weir_stats, filtered);
  EXPECT_EQ(weir_get_stats(engine, &stats, nullptr), WEIR_OK);
  EXPECT_EQ(stats.events_in, 0U);
  EXPECT_EQ(stats.filtered, 0x5555555555555555U);
  EXPECT_EQ(stats.struct_size, offsetof(weir_stats, filtered));
}

TEST(Structs, OfANewerHostAreGoodWhileTheirTailIsZero) {
  struct {
    weir_engine_options options;
    std::uint64_t newer;
  } given{};
  given.options.struct_size = sizeof given;
  weir_engine* engine = nullptr;
  weir_error error = no_error();
  ASSERT_EQ(weir_create_engine(&given.options, &engine, &error), WEIR_OK) << error.message;
  EXPECT_EQ(weir_destroy_engine(engine, nullptr), WEIR_OK);
  given.newer = 1;
  EXPECT_EQ(weir_create_engine(&given.options, &engine, &error), WEIR_NOT_SUPPORTED);
  EXPECT_EQ(engine, nullptr);
}

TEST(Errors, SayWhereInADocument) {
  Engine engine;
  const std::string document =
      "# имя\naggregation:\n  - name: r\n    identical_fields: [Имя, SourceAdress]\n";
  EXPECT_EQ(engine.load(document), WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(engine.error.status, WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(engine.error.struct_size, sizeof(weir_error));
  EXPECT_EQ(engine.error.line, 4U);
  EXPECT_EQ(engine.error.column, 24U);
  EXPECT_EQ(engine.error.offset, static_cast<std::int64_t>(document.find("Имя,")));
  EXPECT_NE(engine.message().find("unknown field 'Имя'"), std::string::npos) << engine.message();
}

TEST(Errors, OfACallHaveNoPlace) {
  Engine engine;
  Sink sink;
  EXPECT_EQ(engine.advance(-1, sink), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.error.offset, -1);
  EXPECT_EQ(engine.error.line, 0U);
  EXPECT_EQ(engine.error.column, 0U);
  EXPECT_EQ(engine.message().find('\n'), std::string::npos);
}

TEST(Errors, AreLeftAloneByCallsThatSucceed) {
  Engine engine;
  Sink sink;
  std::strcpy(engine.error.message, "as it was");
  EXPECT_EQ(engine.advance(start, sink), WEIR_OK);
  EXPECT_EQ(engine.message(), "as it was");
}

TEST(Errors, FitAShorterStruct) {
  weir_error error = no_error();
  std::memset(&error, 0x55, sizeof error);
  error.struct_size = offsetof(weir_error, message) + 8;
  std::uint32_t found = 0;
  EXPECT_EQ(weir_field_id("SourceAdress", 12, &found, &error), WEIR_NOT_FOUND);
  EXPECT_EQ(error.struct_size, offsetof(weir_error, message) + 8);
  EXPECT_EQ(error.status, WEIR_NOT_FOUND);
  EXPECT_EQ(error.message[7], '\0');
  EXPECT_EQ(error.message[8], 0x55);
}

TEST(Describe, AnswersKnownTopics) {
  const auto describe = [](std::string_view topic, std::string_view input, std::string& out) {
    return weir_describe(
        topic.data(), topic.size(), input.data(), input.size(),
        [](void* user, const char* bytes, std::uint64_t size) {
          static_cast<std::string*>(user)->append(bytes, size);
        },
        &out, nullptr);
  };
  std::string fields, schema, good, bad, unknown;
  EXPECT_EQ(describe("fields", "", fields), WEIR_OK);
  EXPECT_NE(fields.find("\"SourceAddress\""), std::string::npos);
  EXPECT_EQ(describe("schema", "", schema), WEIR_OK);
  EXPECT_EQ(schema.front(), '{');
  EXPECT_EQ(describe("diagnostics", rule(2), good), WEIR_OK);
  EXPECT_EQ(good, "[]");
  EXPECT_EQ(describe("diagnostics", "aggregatio: []", bad), WEIR_OK);
  EXPECT_NE(bad.find("did you mean 'aggregation'?"), std::string::npos);
  EXPECT_EQ(describe("weather", "", unknown), WEIR_NOT_FOUND);
}

TEST(RuleStatistics, EndWithTheLastRule) {
  Engine engine(rule(3));
  EXPECT_STREQ(engine.rule_stats(0).name, "by source");
  EXPECT_EQ(engine.rule_stats(0).name_size, 9U);
  weir_rule_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_rule_stats(engine, 1, &stats, nullptr), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_get_rule_stats(engine, UINT64_MAX, &stats, nullptr), WEIR_NOT_FOUND);
  weir_enrichment_stats enrichment{};
  enrichment.struct_size = sizeof enrichment;
  EXPECT_EQ(weir_get_enrichment_stats(engine, 0, &enrichment, nullptr), WEIR_NOT_FOUND);
}

// A caller's struct that ends within a member has not got it, and is not written behind its end.
TEST(Structs, ACursorIsWrittenAsFarAsItGoes) {
  Engine engine;
  Sink sink;
  weir_cursor cursor{};
  cursor.struct_size = offsetof(weir_cursor, events) + 4;
  auto* const last = reinterpret_cast<unsigned char*>(&cursor) + cursor.struct_size;
  std::fill_n(last, sizeof cursor.events - 4, static_cast<unsigned char>(0xEE));
  ASSERT_EQ(weir_feed_ndjson(engine, "{}\n", 3, start, 0, sink, &cursor, nullptr), WEIR_OK);
  EXPECT_EQ(cursor.consumed, 3u);
  EXPECT_EQ(*last, 0xEE);
}

}  // namespace
