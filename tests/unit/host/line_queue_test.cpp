#include "output/line_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace weir::host {
namespace {

std::string next(const LineQueue& queue, std::size_t count = 1000) {
  std::string out(count, '\0');
  out.resize(queue.peek(out));
  return out;
}

TEST(LineQueue, SendsALineThatWasCutAgain) {
  LineQueue queue(1000);
  EXPECT_EQ(queue.append("one\ntwo\nthree\n"), 14u);
  queue.sent(6);
  EXPECT_EQ(next(queue), "o\nthree\n");
  EXPECT_EQ(queue.lines(), 2u);
  EXPECT_EQ(queue.lines_sent(), 1u);
  queue.rewind();
  EXPECT_EQ(next(queue), "two\nthree\n");
  queue.sent(4);
  queue.rewind();
  EXPECT_EQ(next(queue), "three\n") << "what was sent whole is not sent again";
  queue.sent(6);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.lines_sent(), 3u);
}

TEST(LineQueue, TakesNoMoreThanItsLimit) {
  LineQueue queue(10);
  EXPECT_EQ(queue.append("123\n56789012\n"), 10u);
  EXPECT_EQ(queue.append("x"), 0u);
  queue.sent(3);
  EXPECT_EQ(queue.append("x"), 0u) << "the line is not sent whole";
  queue.sent(1);
  EXPECT_EQ(queue.append("x\n9"), 3u);
  EXPECT_EQ(next(queue), "567890x\n9");
}

TEST(LineQueue, MakesRoomForALineThatIsLongerThanIt) {
  LineQueue queue(10);
  const std::string line = std::string(100, 'x') + "\n";
  EXPECT_EQ(queue.append(line + "next\n"), line.size()) << "who appends waits between two calls";
  EXPECT_EQ(queue.append("y"), 0u);
  EXPECT_EQ(next(queue), line);
}

TEST(LineQueue, AgreesWithATextWhateverComes) {
  std::mt19937 random(7);
  const auto up_to = [&](std::size_t most) { return random() % (most + 1); };
  LineQueue queue(200'000);
  std::string text;  // what the queue must keep
  std::size_t sent = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string more;
    for (std::size_t left = up_to(300); left > 0; --left) more += random() % 9 == 0 ? '\n' : 'x';
    more.resize(queue.append(more));
    text += more;
    const std::size_t count = up_to(std::min<std::size_t>(queue.unsent(), 400));
    ASSERT_EQ(next(queue, count), text.substr(sent, count));
    queue.sent(count);
    sent += count;
    const std::size_t whole = sent == 0 ? 0 : text.rfind('\n', sent - 1) + 1;
    text.erase(0, whole);
    sent -= whole;
    if (random() % 50 == 0) {
      queue.rewind();
      sent = 0;
    }
    ASSERT_EQ(queue.size(), text.size());
    ASSERT_EQ(queue.lines(),
              static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
  }
}

}  // namespace
}  // namespace weir::host
