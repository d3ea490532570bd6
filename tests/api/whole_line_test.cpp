// A line as a whole event, as callbacks without a list and sinks of events are shown it: under the
// names and types of the document that it was read by.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;
using Printed = std::map<std::string, std::string>;

struct Shown {
  std::vector<Printed> filter, enricher;

  weir_callbacks callbacks() {
    weir_callbacks made{};
    made.struct_size = sizeof made;
    made.user = this;
    made.filter = [](void* user, const weir_event* events, std::uint64_t count,
                     std::int32_t* answers) {
      for (std::uint64_t i = 0; i < count; ++i) {
        static_cast<Shown*>(user)->filter.push_back(print(events[i]));
        answers[i] = WEIR_LEAVE;
      }
    };
    made.enrich = [](void* user, const weir_event* event, weir_additions*, std::int32_t* answer) {
      static_cast<Shown*>(user)->enricher.push_back(print(*event));
      *answer = WEIR_OK;
    };
    return made;
  }
};

// What the three are shown of a line; all must be shown the same.
Printed shown(const std::string& settings, std::string_view line) {
  Shown shown;
  Engine engine;
  const weir_callbacks callbacks = shown.callbacks();
  EXPECT_EQ(engine.set_callback("ours", &callbacks), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.load(settings +
                        "aggregation:\n  - {name: one, identical_fields: [Name], callback: ours}\n"
                        "enrichment:\n  - {type: host, name: mark, callback: ours}\n"),
            WEIR_OK)
      << engine.message();
  Sink sink;
  EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_OK) << engine.message();
  if (shown.filter.size() != 1 || sink.seen.size() != 1) {
    ADD_FAILURE() << "the line did not pass";
    return {};
  }
  EXPECT_EQ(shown.filter, shown.enricher);
  EXPECT_EQ(shown.filter.front(), sink.seen.front().fields);
  return sink.seen.front().fields;
}

TEST(WholeLine, HasTheFieldsThatTheDocumentMaps) {
  EXPECT_EQ(shown("map: {src.ip: SourceAddress, what: Name}\n",
                  "{\"src\":{\"ip\":\"10.0.0.1\"},\"what\":\"w\",\"SourcePort\":1}\n"),
            (Printed{{"SourceAddress", "10.0.0.1"}, {"Name", "w"}, {"SourcePort", "1"}}));
}

TEST(WholeLine, OfAnOpenSchemaHasValuesAsTheyWereFed) {
  EXPECT_EQ(shown("schema: open\n", "{\"Name\":5,\"SourcePort\":\"ssh\"}\n"),
            (Printed{{"Name", "5"}, {"SourcePort", "ssh"}}));
}

TEST(WholeLine, ThatWaitedIsReadAsWhenItWasFed) {
  Engine engine("map: {src: SourceAddress}\n");
  Sink stops;
  stops.answer = [](const weir_output&) { return -1; };
  EXPECT_EQ(engine.feed_lines("{\"src\":\"10.0.0.1\"}\n", start, stops), WEIR_CALLBACK_FAILED);
  ASSERT_EQ(engine.load("schema: open\n"), WEIR_OK) << engine.message();
  Sink sink;
  EXPECT_EQ(engine.advance(start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen.front().fields, (Printed{{"SourceAddress", "10.0.0.1"}}));
}

}  // namespace
