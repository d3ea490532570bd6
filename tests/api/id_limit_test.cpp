// A process whose table of field ids is full. A program of its own, because ids are for life.

#include <gtest/gtest.h>

#include "host.h"

namespace {

using namespace host;

TEST(FieldIds, EndInALimitAndEventsGoOn) {
  Engine engine(rule(100));
  std::uint32_t last = 0;
  std::int32_t status = WEIR_OK;
  std::string name;
  weir_error error = no_error();
  for (std::uint32_t i = 0; i <= WEIR_MAX_FIELD_IDS; ++i) {
    name = "S.x" + std::to_string(i);
    status = weir_field_id(name.data(), name.size(), &last, &error);
    if (status != WEIR_OK) break;
  }
  EXPECT_EQ(status, WEIR_LIMIT);
  EXPECT_NE(std::string(error.message).find("no id is left for field '" + name + "'"),
            std::string::npos)
      << error.message;
  EXPECT_EQ(last, std::uint32_t{WEIR_MAX_FIELD_IDS - 1});
  EXPECT_EQ(id("S.x0"), id("S.x0")) << "known names are still found";

  // Every field of a line is looked for when it is handed over as fields.
  Sink sink;
  const std::string line = "{\"Name\":\"n\",\"S.x0\":\"zero\",\"BytesIn\":5}\n";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(engine.feed_lines(line, start, sink), WEIR_OK) << engine.message();
    ASSERT_EQ(sink.seen.size(), static_cast<std::size_t>(i + 1));
    const std::map<std::string, std::string> expected = {
        {"Name", "n"}, {"S.x0", "zero"}, {"BytesIn", "5"}};
    EXPECT_EQ(sink.seen.back().fields, expected);
  }

  // The last id of all is as good as any other in events that are fed as fields.
  const weir_field field{last, WEIR_INTEGER, 0, 7};
  const weir_event event{&field, 1, 0};
  EXPECT_EQ(engine.feed(&event, 1, start, sink), WEIR_OK);
  EXPECT_EQ(sink.seen.back().fields.size(), 1U);
  EXPECT_EQ(sink.seen.back().kind, std::uint32_t{WEIR_OUTPUT_BASE});
}

TEST(FieldIds, ThatAreLastStandInRulesAsWell) {
  weir_text name{};
  ASSERT_EQ(weir_field_name(WEIR_MAX_FIELD_IDS - 1, &name, nullptr), WEIR_OK);
  Engine engine("aggregation:\n  - name: r\n    threshold: 2\n    identical_fields: [" +
                std::string(name.data, name.size) + "]\n");
  Sink sink;
  const std::string line = "{\"" + std::string(name.data, name.size) + "\":\"a\"}\n";
  EXPECT_EQ(engine.feed_lines(line + line, start, sink), WEIR_OK);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].fields.at("BaseEventCount"), "2");
}

}  // namespace
