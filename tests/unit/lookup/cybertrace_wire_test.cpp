// Requests and answers of the CyberTrace protocol, as docs/cybertrace.md has them.
#include "lookup/cybertrace_wire.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::lookup::cybertrace {
namespace {

using State = AnswerReader::State;
using namespace std::string_literals;

// ---- Requests

std::string request(const std::vector<std::pair<Kind, std::string>>& pairs) {
  std::string out;
  RequestWriter writer(out);
  for (const auto& [kind, value] : pairs)
    if (!writer.add(kind, value)) out += "<dropped>";
  writer.end();
  return out;
}

TEST(CyberTraceRequest, IsALineOfPairsBetweenBars) {
  EXPECT_EQ(request({{Kind::url, "http://a.b/?x=1"}, {Kind::ip, "10.0.0.1"}, {Kind::hash, "ff"}}),
            "KUMA|url=http://a.b/?x=1|ip=10.0.0.1|hash=ff|\n");
  EXPECT_EQ(request({{Kind::ip, "10.0.0.1"}, {Kind::ip, "::1"}}), "KUMA|ip=10.0.0.1|ip=::1|\n");
  EXPECT_EQ(request({{Kind::url, "пример.рф"}}), "KUMA|url=пример.рф|\n");
}

TEST(CyberTraceRequest, DropsWhatCannotBeSent) {
  for (const std::string& value :
       {"a|b"s, "a\nKUMA|ip=1.1.1.1|"s, "a\r"s, "a\0b"s, "a\xFF"s, ""s, "|"s})
    EXPECT_EQ(request({{Kind::url, value}, {Kind::ip, "1.2.3.4"}}), "KUMA|<dropped>ip=1.2.3.4|\n");
  const std::string longest(longest_request - 11, 'a');  // KUMA| url= | LF
  EXPECT_EQ(request({{Kind::url, longest}}).size(), longest_request);
  EXPECT_EQ(request({{Kind::url, longest + "a"}}), "KUMA|<dropped>\n");
  EXPECT_EQ(request({{Kind::url, longest}, {Kind::ip, "1"}}),
            "KUMA|url=" + longest + "|<dropped>\n");
}

std::string asked(std::string_view line) {
  std::vector<Indicator> indicators{{Kind::hash, true, "left over"}};
  read_request(line, indicators);
  std::string out;
  for (const Indicator& one : indicators) {
    if (!out.empty()) out += ' ';
    out += one.any ? "any" : kind_name(one.kind);
    out += ':';
    out += one.value;
  }
  return out;
}

TEST(CyberTraceRequest, IsReadWhereverThePiecesStand) {
  EXPECT_EQ(asked("KUMA|url=a.b|ip=1.2.3.4|hash=ff|"), "url:a.b ip:1.2.3.4 hash:ff");
  EXPECT_EQ(asked("KUMA|hash=ff"), "hash:ff");
  EXPECT_EQ(asked("ip=1.2.3.4|foo|url=a.b"), "ip:1.2.3.4 url:a.b");
  EXPECT_EQ(asked("anything at all|x=y|ip=1.2.3.4|"), "ip:1.2.3.4");
  EXPECT_EQ(asked("KUMA|ip=1.1.1.1|ip=2.2.2.2|ip=1.1.1.1|"), "ip:1.1.1.1 ip:2.2.2.2 ip:1.1.1.1");
  EXPECT_EQ(asked("url=a.b"), "url:a.b");
}

TEST(CyberTraceRequest, TakesNothingOutOfAQuery) {
  EXPECT_EQ(asked("KUMA|url=http://a.b/?ip=1.2.3.4&hash=ff|"),
            "url:http://a.b/?ip=1.2.3.4&hash=ff");
  EXPECT_EQ(asked("url=http://a.b/?ip=1.2.3.4"), "url:http://a.b/?ip=1.2.3.4");
  EXPECT_EQ(asked("KUMA|zip=1|xurl=2|"), "");
  EXPECT_EQ(asked("KUMA|url=a=b|"), "url:a=b");
}

TEST(CyberTraceRequest, MayHaveFlagsGluedToIt) {
  const std::string all = "X-KF-SendFinishedEventX-KF-ReplyBackX-KF-SaveStatistic";
  EXPECT_EQ(asked(std::string(handshake) + "KUMA|ip=1.2.3.4|"), "ip:1.2.3.4");
  EXPECT_EQ(asked(all + "ip=1.2.3.4"), "ip:1.2.3.4");
  EXPECT_EQ(asked("X-KF-ReplyBack10.0.0.1"), "any:10.0.0.1");
  EXPECT_EQ(asked(all), "");
  EXPECT_EQ(without_flags(ping), "PING");
  EXPECT_EQ(without_flags("X-KF-Reply"), "X-KF-Reply");
}

TEST(CyberTraceRequest, OfAnotherClientIsLookedUpAsItIs) {
  EXPECT_EQ(asked("10.0.0.1"), "any:10.0.0.1");
  EXPECT_EQ(asked("src_ip=10.0.0.1"), "any:10.0.0.1");
  EXPECT_EQ(asked("http://a.b/?x=1"), "any:http://a.b/?x=1");
  EXPECT_EQ(asked("a.b/x=1"), "any:a.b/x=1");
  EXPECT_EQ(asked("YWJj="), "any:YWJj=");
  EXPECT_EQ(asked("=x"), "any:=x");
  EXPECT_EQ(asked("a|b"), "any:a|b");
}

TEST(CyberTraceRequest, MayAskNothing) {
  EXPECT_EQ(asked(""), "");
  EXPECT_EQ(asked("\r"), "");
  EXPECT_EQ(asked("KUMA|"), "");
  EXPECT_EQ(asked("KUMA|url=|ip=|"), "");
  EXPECT_EQ(asked("KUMA|10.0.0.1|"), "");
  EXPECT_EQ(asked("url="), "");
}

TEST(CyberTraceRequest, IgnoresCarriageReturns) {
  EXPECT_EQ(asked("KUMA|ip=1.2.3.4|\r"), "ip:1.2.3.4");
  EXPECT_EQ(asked("KUMA|ip=1.2.3.4\r|url=a\r"), "ip:1.2.3.4 url:a");
  EXPECT_EQ(asked("10.0.0.1\r"), "any:10.0.0.1");
  EXPECT_EQ(asked("KUMA|ip=\r|"), "");
}

// ---- Detections

std::string detected(std::string_view line) {
  Detection detection;
  detection.context.emplace_back("left", "over");
  if (!read_detection(line, detection)) return "no";
  std::string out(detection.category);
  out.append("/").append(detection.indicator);
  for (const auto& [key, value] : detection.context)
    out.append(" ").append(key).append(":").append(value);
  return out;
}

TEST(CyberTraceDetection, IsReadInOrder) {
  EXPECT_EQ(detected("Category=C|MatchedIndicator=I|b=1|a=2|b=3"), "C/I b:1 a:2 b:3");
  EXPECT_EQ(detected("Category=C|MatchedIndicator=I|k=a=b|"), "C/I k:a=b");
  EXPECT_EQ(detected("Category=C|a=1|MatchedIndicator=I|MatchedIndicator=J"),
            "C/I a:1 MatchedIndicator:J");
  EXPECT_EQ(detected("Category=C||k|=v\r"), "C/ k: :v");
  EXPECT_EQ(detected("Category="), "/");
  EXPECT_EQ(detected("Category=LookupFinished"), "LookupFinished/");
  EXPECT_EQ(detected("LookupFinished"), "no");
  EXPECT_EQ(detected("x Category=C"), "no");
}

TEST(CyberTraceDetection, IsWrittenSoThatItReadsBack) {
  std::string out;
  write_detection(out, {"C", "I", {{"k", "v"}, {"e", ""}}});
  write_detection(out, {"a|b", "c\nd", {{"k\r", "v\0w"s}}});
  EXPECT_EQ(out,
            "Category=C|MatchedIndicator=I|k=v|e=\nCategory=a b|MatchedIndicator=c d|k =v w\n");
}

// ---- Answers

struct Ending {
  std::string bytes;
  State state;            // once all bytes are in
  State after;            // and the connection has ended
  std::string answer;     // the detection lines
  std::string left = {};  // behind the answer
};

const std::string one = "Category=C|MatchedIndicator=I|k=v\n";
const std::string two = "Category=D|MatchedIndicator=J\n";

const std::vector<Ending> endings{
    // A server that keeps the connection.
    {"LookupFinished\n", State::complete, State::open, ""},
    {one + two + "LookupFinished\n", State::complete, State::open, one + two},
    {one + "7 LookupFinished\r\n", State::complete, State::open, one},
    {one + "date alert=LookupFinished sent_events=0 total=\n", State::complete, State::open, one},
    {"\r\n\n" + one + "\n\nLookupFinished\n", State::complete, State::open, one},
    {one + "LookupFinished\nLookupFinished\n", State::complete, State::open, one,
     "LookupFinished\n"},
    // Tracer.py 0.1, 0.2 early, and later.
    {one + "LookupFinishedLookupFinished", State::open, State::complete, one},
    {"LookupFinishedLookupFinished", State::open, State::complete, ""},
    {one + "\nLookupFinished", State::open, State::complete, one},
    {"\nLookupFinished", State::open, State::complete, ""},
    {two + "LookupFinished\n", State::complete, State::open, two},
    // Answers that are not whole.
    {"", State::open, State::open, ""},
    {one, State::open, State::open, one},
    {one + "Category=D|Matched", State::open, State::open, one},
    {"LookupFinishe", State::open, State::open, ""},
    {one + "Category=LookupFinished", State::open, State::open, one},
    // No answers.
    {"HTTP/1.1 400 Bad Request\r\n\r\n", State::garbage, State::open, "", "\r\n"},
    {one + "Categorie=C\nLookupFinished\n", State::garbage, State::open, one, "LookupFinished\n"},
    // What only looks like an end.
    {"Category=LookupFinished|a=b\nLookupFinished\n", State::complete, State::open,
     "Category=LookupFinished|a=b\n"},
    {"Category=C\r|k=\rv\r\r\nLookupFinished\r", State::open, State::complete, "Category=C|k=v\n"},
};

// Feeds pieces until the answer ends; what came behind it goes to `left`.
State feed(AnswerReader& reader, const std::vector<std::string_view>& pieces, std::string& left) {
  State state = State::open;
  for (std::string_view piece : pieces) {
    if (state == State::open) state = reader.feed(piece);
    EXPECT_TRUE(state != State::open || piece.empty());
    if (state != State::open) left += piece;
  }
  return state;
}

void check(AnswerReader& reader, const Ending& ending,
           const std::vector<std::string_view>& pieces) {
  std::string left;
  EXPECT_EQ(feed(reader, pieces, left), ending.state) << ending.bytes;
  EXPECT_EQ(left, ending.left);
  EXPECT_EQ(reader.detections(), ending.answer) << ending.bytes;
  if (ending.state == State::open) {
    EXPECT_EQ(reader.end(), ending.after) << ending.bytes;
    EXPECT_EQ(reader.detections(), ending.answer);
  }
  reader.clear();
  EXPECT_EQ(reader.detections(), "");
  EXPECT_FALSE(reader.begun());
}

TEST(CyberTraceAnswer, EndsInEachWaySplitAtEveryByte) {
  AnswerReader reader;  // the same for all: clear() leaves nothing
  for (const Ending& ending : endings) {
    const std::string_view all = ending.bytes;
    for (std::size_t at = 0; at <= all.size(); ++at)
      check(reader, ending, {all.substr(0, at), all.substr(at)});
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < all.size(); ++i) bytes.push_back(all.substr(i, 1));
    check(reader, ending, bytes);
  }
}

TEST(CyberTraceAnswer, LeavesTheNextOne) {
  AnswerReader reader;
  const std::string bytes = one + "LookupFinished\n" + two + "LookupFinished\n";
  std::string_view rest = bytes;
  EXPECT_EQ(reader.feed(rest), State::complete);
  EXPECT_EQ(reader.detections(), one);
  reader.clear();
  EXPECT_EQ(reader.feed(rest), State::complete);
  EXPECT_EQ(reader.detections(), two);
  EXPECT_TRUE(rest.empty());
}

TEST(CyberTraceAnswer, KnowsWhetherItHasBegun) {
  AnswerReader reader;
  std::string_view bytes = "\r\n\n";
  EXPECT_EQ(reader.feed(bytes), State::open);
  EXPECT_FALSE(reader.begun());
  bytes = "C";
  EXPECT_EQ(reader.feed(bytes), State::open);
  EXPECT_TRUE(reader.begun());
}

TEST(CyberTraceAnswer, HasLinesSoLongAndNoLonger) {
  AnswerReader reader;
  const std::string line = "Category=" + std::string(AnswerReader::longest_line - 9, 'c');
  std::string_view bytes = line;
  EXPECT_EQ(reader.feed(bytes), State::open);
  bytes = "\nLookupFinished\n";
  EXPECT_EQ(reader.feed(bytes), State::complete);
  EXPECT_EQ(reader.detections().size(), AnswerReader::longest_line + 1);
  reader.clear();
  bytes = line;
  EXPECT_EQ(reader.feed(bytes), State::open);
  bytes = "c";
  EXPECT_EQ(reader.feed(bytes), State::garbage);
}

TEST(CyberTraceAnswer, IsSoLongAndNoLonger) {
  AnswerReader reader;
  std::string_view bytes;
  const std::string line = "Category=" + std::string(1014, 'c') + "\n";
  for (std::size_t size = line.size(); size <= AnswerReader::longest_answer; size += line.size()) {
    bytes = line;
    ASSERT_EQ(reader.feed(bytes), State::open);
  }
  bytes = "Category=\n";
  EXPECT_EQ(reader.feed(bytes), State::garbage);
}

}  // namespace
}  // namespace weir::lookup::cybertrace
