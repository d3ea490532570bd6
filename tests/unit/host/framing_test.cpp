#include "input/live/framing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "input/live/text_format.h"

namespace weir::host {
namespace {

using namespace std::string_view_literals;
using Strings = std::vector<std::string>;
constexpr std::size_t kNever = static_cast<std::size_t>(-1);

// As a connection does: what a framer leaves comes again with more behind it. Lines one by one,
// counted messages in parentheses, what is wrong behind "!".
class Stream {
 public:
  explicit Stream(bool counts = true) : framer_(counts) {}

  void add(std::string_view bytes, bool last = false) {
    rest_ += bytes;
    for (;;) {
      const Frame frame = framer_.next(rest_, last);
      if (frame.kind == Frame::Kind::none) break;
      take(frame);
      rest_.erase(0, frame.size);
    }
  }
  const Strings& found() const { return found_; }
  std::size_t rest() const { return rest_.size(); }
  std::size_t wanted() const { return framer_.wanted(); }

 private:
  void take(const Frame& frame) {
    std::string text(frame.text);
    switch (frame.kind) {
      case Frame::Kind::none:
        break;
      case Frame::Kind::message:
        found_.push_back(text.insert(0, 1, '(').append(1, ')'));
        break;
      case Frame::Kind::part:
        found_.push_back(fmt::format("part of {}", text.size()));
        break;
      case Frame::Kind::wrong:
        found_.push_back(fmt::format("!{} {}", frame.claimed, text));
        break;
      case Frame::Kind::lines:
        for (std::size_t at = 0; at < text.size();) {
          const std::size_t end = text.find('\n', at);
          found_.push_back(text.substr(at, end - at));
          at = end == std::string::npos ? text.size() : end + 1;
        }
        break;
    }
  }

  Framer framer_;
  std::string rest_;
  Strings found_;
};

Strings frames(std::string_view bytes, bool last = true, std::size_t split = kNever) {
  Stream stream;
  stream.add(bytes.substr(0, split), last && split == kNever);
  if (split != kNever) stream.add(bytes.substr(split), last);
  return stream.found();
}

TEST(Framing, EndsLinesWithLfAndNul) {
  EXPECT_EQ(frames("<1>a\n<1>b\r\n\n<1>c\n"), (Strings{"<1>a", "<1>b\r", "", "<1>c"}));
  EXPECT_EQ(frames("<1>a\0<1>b\r\0\n<1>c\0"sv), (Strings{"(<1>a)", "(<1>b)", "", "(<1>c)"}));
}

// The search for the other end must not go through all that came for each message.
TEST(Framing, EndsMessagesInTimeThatTheirSizeSays) {
  std::string bytes;
  for (int i = 0; i < 1'000'000; ++i) bytes.append("a\0", 2);
  Framer framer(true);
  const auto start = std::chrono::steady_clock::now();
  std::size_t at = 0, count = 0;
  for (; at < bytes.size(); ++count)
    at += framer.next(std::string_view(bytes).substr(at), false).size;
  EXPECT_EQ(count, 1'000'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(Framing, CountsWhereAFrameBeginsWithANumberAndABlank) {
  EXPECT_EQ(frames("4 <1>a5 <1>\nb<1>c\n4 <1>d"),
            (Strings{"(<1>a)", "(<1>\nb)", "<1>c", "(<1>d)"}));
  EXPECT_EQ(frames("5 <1>a\n6 <1>b\r\n"), (Strings{"(<1>a)", "(<1>b)"}))
      << "their ends are counted";
  EXPECT_EQ(frames("4 <1>a\n4 <1>b"), (Strings{"(<1>a)", "", "(<1>b)"})) << "and here they are not";
}

TEST(Framing, TakesOtherNumbersForLines) {
  EXPECT_EQ(frames("0 a\n12:30 b\n1700000000 c\n7\n"),
            (Strings{"0 a", "12:30 b", "1700000000 c", "7"}));
  Stream lines(false);
  lines.add("3 abc\n", true);
  EXPECT_EQ(lines.found(), Strings{"3 abc"});
}

TEST(Framing, IsTheSameWhereverTheStreamIsSplit) {
  constexpr std::string_view stream = "10 <1>one\ntwo<1>three\n<1>four\0005 <1>ab<1>five"sv;
  const Strings whole = frames(stream);
  EXPECT_EQ(whole, (Strings{"(<1>one\ntwo)", "<1>three", "(<1>four)", "(<1>ab)", "<1>five"}));
  for (std::size_t at = 0; at <= stream.size(); ++at)
    EXPECT_EQ(frames(stream, true, at), whole) << at;
  Stream bytes;
  for (const char byte : stream) bytes.add({&byte, 1});
  bytes.add("", true);
  EXPECT_EQ(bytes.found(), whole);
}

TEST(Framing, WaitsForTheRestOfAFrame) {
  EXPECT_EQ(frames("<1>a", false), Strings{});
  EXPECT_EQ(frames("12", false), Strings{});
  EXPECT_EQ(frames("6 <1>a\n", false), Strings{});
  EXPECT_EQ(frames("<1>a"), Strings{"<1>a"}) << "at the end it is a line";
  EXPECT_EQ(frames("12"), Strings{"12"});
  EXPECT_EQ(frames("9 <1>a\n"), Strings{"!9 <1>a\n"}) << "but a count must be kept";
}

TEST(Framing, SaysHowMuchItWaitsFor) {
  Stream stream;
  stream.add("100 <1>");
  EXPECT_EQ(stream.wanted(), 104u);
  Stream line;
  line.add("<1>");
  EXPECT_EQ(line.wanted(), kMaxFrame + 1);
}

TEST(Framing, RejectsACountThatIsTooLarge) {
  EXPECT_EQ(frames("4194305 <1>", false), Strings{"!4194305 <1>"});
  EXPECT_EQ(frames("4194304 <1>", false), Strings{});
}

TEST(Framing, GivesALineThatIsTooLongInParts) {
  Stream stream;
  stream.add("<1>" + std::string(kMaxFrame - 3, 'x'));
  EXPECT_TRUE(stream.found().empty());
  stream.add("x");
  stream.add("5 <1>\0");
  stream.add("xx\n4 <1>a");
  EXPECT_EQ(stream.found(), (Strings{"part of 4194305", "part of 5", "xx", "(<1>a)"}));
  EXPECT_EQ(stream.rest(), 0u);
}

TEST(StreamFormat, IsThatOfTheFirstMessage) {
  EXPECT_EQ(stream_format("{\"a\":1}\n", false), Format::ndjson);
  EXPECT_EQ(stream_format("\r\n {\"a\":1}\n", false), Format::ndjson);
  EXPECT_EQ(stream_format("7 {\"a\":1}", false), Format::ndjson);
  EXPECT_EQ(stream_format("<34>1 - - - - - -\n{\"a\":1}\n", false), Format::syslog);
  EXPECT_EQ(stream_format("any text\n", false), Format::syslog);
  EXPECT_EQ(stream_format("any text\0"sv, false), Format::syslog);
  EXPECT_EQ(stream_format("99999999 {", false), Format::syslog) << "which is to reject it";
}

TEST(StreamFormat, WaitsForAWholeMessage) {
  EXPECT_EQ(stream_format("", false), std::nullopt);
  EXPECT_EQ(stream_format("\n\n", false), std::nullopt);
  EXPECT_EQ(stream_format("{\"a\":1}", false), std::nullopt);
  EXPECT_EQ(stream_format("7 {\"a\":", false), std::nullopt);
  EXPECT_EQ(stream_format("{\"a\":1}", true), Format::ndjson);
  EXPECT_EQ(stream_format("{" + std::string(64 * 1024, 'x'), false), Format::ndjson);
}

}  // namespace
}  // namespace weir::host
