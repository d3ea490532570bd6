#include "input/message_lines.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace weir::host {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

struct Line {
  std::string text;
  std::uint64_t number;
  std::int64_t arrived;
  bool operator==(const Line&) const = default;
};

void PrintTo(const Line& line, std::ostream* out) {
  *out << line.number << ":" << line.text.substr(0, 20) << " at " << line.arrived;
}

void add(std::vector<Line>& all, Records& records) {
  for (const weir_record& record : records.all()) {
    all.push_back({std::string(record.text.data, record.text.size), record.line, record.arrived});
  }
  records.clear();
}

// No line of these tests is one of CEF, so that each is a rejected record with its text.
MessageLines lines_of_cef() { return MessageLines(Format::cef, PresetIds{}); }

std::vector<Line> read_lines(MessageLines lines, std::string_view bytes, bool last = true) {
  Records records;
  std::vector<Line> all;
  EXPECT_EQ(lines.read(bytes, last, 7, records, kAll), bytes.size());
  add(all, records);
  return all;
}

TEST(MessageLines, AreMessagesWithoutTheirEnds) {
  EXPECT_EQ(read_lines(lines_of_cef(), "one\ntwo\r\nthr\ree\nfour"),
            (std::vector<Line>{{"one", 1, 7}, {"two", 2, 7}, {"thr\ree", 3, 7}, {"four", 4, 7}}));
}

TEST(MessageLines, LeaveTheBeginningOfALine) {
  MessageLines lines = lines_of_cef();
  Records records;
  EXPECT_EQ(lines.read("one\ntw", false, 0, records, kAll), 4u);
  EXPECT_EQ(lines.read("two\n", false, 0, records, kAll), 4u);
  std::vector<Line> all;
  add(all, records);
  EXPECT_EQ(all, (std::vector<Line>{{"one", 1, 0}, {"two", 2, 0}}));
}

TEST(MessageLines, StopWhenThereAreEnoughRecords) {
  MessageLines lines = lines_of_cef();
  Records records;
  EXPECT_EQ(lines.read("1\n2\n3\n", true, 0, records, 2), 4u);
  EXPECT_EQ(records.size(), 2u);
}

TEST(MessageLines, RejectALineThatIsTooLongOnceHoweverItComes) {
  const std::string long_line(std::size_t{WEIR_MAX_EVENT_BYTES} + 1, 'x');
  MessageLines lines = lines_of_cef();
  Records records;
  std::vector<Line> all;
  for (const auto& [bytes, last] : std::vector<std::pair<std::string, bool>>{
           {long_line, false}, {long_line, false}, {"end\nnext\n", false}, {long_line, true}}) {
    EXPECT_EQ(lines.read(bytes, last, 0, records, kAll), bytes.size());
    add(all, records);
  }
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], (Line{long_line, 1, 0}));
  EXPECT_EQ(all[1], (Line{"next", 2, 0}));
  EXPECT_EQ(all[2], (Line{long_line, 3, 0}));
}

// What workers do: copies read the blocks, the original passes over them.
TEST(MessageLines, AreTheSameReadInBlocksByCopies) {
  const std::string long_line(std::size_t{WEIR_MAX_EVENT_BYTES} + 1, 'x');
  struct Block {
    std::string bytes;
    bool last = false;
  };
  const std::vector<std::vector<Block>> sources = {
      {{"1\n2\n"}, {"3\r\n"}, {"4", true}},
      {{"1\n2\n", true}},
      {{"1\n"}, {long_line}, {"rest of it\n3\n"}, {"4\n"}, {"5", true}},
      {{long_line}, {long_line}, {long_line, true}},
      {{long_line}, {"\n", true}},
      {{long_line + "\n2\n"}, {"3\n"}, {"", true}},
  };
  for (const auto& source : sources) {
    MessageLines in_turn = lines_of_cef();
    MessageLines passing = lines_of_cef();
    for (const Block& block : source) {
      const MessageLines copy = passing;
      passing.pass_over(block.bytes, block.last);
      Records records;
      std::vector<Line> expected;
      in_turn.read(block.bytes, block.last, 7, records, kAll);
      add(expected, records);
      EXPECT_EQ(read_lines(copy, block.bytes, block.last), expected);
    }
  }
}

TEST(MessageLines, TakeAMessageThatHoldsLineFeedsWhole) {
  MessageLines lines = lines_of_cef();
  Records records;
  lines.read_message("one\ntwo\n", 3, records);
  lines.read_message("three", 4, records);
  std::vector<Line> all;
  add(all, records);
  EXPECT_EQ(all, (std::vector<Line>{{"one\ntwo\n", 1, 3}, {"three", 2, 4}}));
}

}  // namespace
}  // namespace weir::host
