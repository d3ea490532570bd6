#include "input/line_blocks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "failure.h"
#include "unit/host/file_source.h"
#include "weir/weir.h"

namespace weir::host {
namespace {

struct Cut {
  std::string bytes;
  bool last;
  bool unfinished;
};

std::vector<Cut> cut(const std::string& content) {
  ByteSource source = file_of(content);
  LineBlocks blocks(source);
  std::vector<Cut> all;
  LineBlock block;  // used again, as by the workers
  while (blocks.next(block)) {
    all.push_back({std::string(block.bytes), block.last, block.unfinished});
  }
  return all;
}

std::string joined(const std::vector<Cut>& blocks) {
  std::string all;
  for (const Cut& block : blocks) all += block.bytes;
  return all;
}

std::string lines_of_size(std::size_t count, std::size_t size) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += std::string(size, 'a') + '\n';
  return all;
}

TEST(LineBlocks, HoldTheWholeSourceInWholeLines) {
  const std::string content = lines_of_size(50'000, 99);
  const std::vector<Cut> blocks = cut(content);
  EXPECT_GT(blocks.size(), 3u);
  EXPECT_EQ(joined(blocks), content);
  for (const Cut& block : blocks) {
    EXPECT_EQ(block.bytes.back(), '\n');
    EXPECT_FALSE(block.unfinished);
  }
}

TEST(LineBlocks, EndWithTheLineThatHasNoLf) {
  const std::vector<Cut> blocks = cut(lines_of_size(3, 10) + "rest");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_FALSE(blocks[0].last);
  EXPECT_EQ(blocks[1].bytes, "rest");
  EXPECT_TRUE(blocks[1].last);
}

TEST(LineBlocks, OfAnEmptySourceAreNone) { EXPECT_TRUE(cut("").empty()); }

TEST(LineBlocks, GrowWithALongLine) {
  const std::string content = lines_of_size(1, 10) +
                              lines_of_size(1, std::size_t{WEIR_MAX_EVENT_BYTES}) +
                              lines_of_size(1, 10);
  const std::vector<Cut> blocks = cut(content);
  EXPECT_EQ(joined(blocks), content);
  for (const Cut& block : blocks) EXPECT_FALSE(block.unfinished);
}

TEST(LineBlocks, GiveALineBeyondTheLimitInUnfinishedPieces) {
  const std::string content = lines_of_size(1, 10) +
                              lines_of_size(1, std::size_t{5 * WEIR_MAX_EVENT_BYTES}) +
                              lines_of_size(2, 10);
  const std::vector<Cut> blocks = cut(content);
  EXPECT_EQ(joined(blocks), content);
  ASSERT_GE(blocks.size(), 3u);
  EXPECT_EQ(blocks[0].bytes, lines_of_size(1, 10));
  EXPECT_TRUE(blocks[1].unfinished);
  EXPECT_GT(blocks[1].bytes.size(), std::size_t{WEIR_MAX_EVENT_BYTES});
  EXPECT_FALSE(blocks.back().unfinished);
}

TEST(LineBlocks, LeaveAByteOrderMarkOut) {
  EXPECT_EQ(joined(cut("\xef\xbb\xbf{}\n")), "{}\n");
  EXPECT_EQ(joined(cut("\xef\xbb\xbf")), "");
  EXPECT_EQ(joined(cut("\xef\xbb")), "\xef\xbb");
}

TEST(LineBlocks, KeepTheEndsOfLinesAsTheyAre) {
  EXPECT_EQ(joined(cut("one\r\ntwo\r\n\r\nthree\r")), "one\r\ntwo\r\n\r\nthree\r");
}

TEST(LineBlocks, OfABrokenCompressedSourceFail) {
  EXPECT_THROW(cut("\x1f\x8b more"), Failure);
  EXPECT_THROW(cut("\x28\xb5\x2f\xfd more"), Failure);
}

TEST(LineBlocks, OfAPipeAreWhatIsThere) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  ByteSource source("pipe", FileDescriptor(ends[0]));
  FileDescriptor writer(ends[1]);
  const auto send = [&](std::string_view text) {
    ASSERT_EQ(::write(writer.number(), text.data(), text.size()), ssize_t(text.size()));
  };
  LineBlocks blocks(source);
  LineBlock block;
  send("one\n");
  send("two\nth");
  ASSERT_TRUE(blocks.next(block));
  EXPECT_EQ(block.bytes, "one\ntwo\n");
  send("ree\n");
  ASSERT_TRUE(blocks.next(block));
  EXPECT_EQ(block.bytes, "three\n");
  EXPECT_EQ(block.source_bytes, 14u);
  writer = FileDescriptor();
  EXPECT_FALSE(blocks.next(block));
}

TEST(LinesInMemory, AreViewsOfWholeLines) {
  const std::string content =
      lines_of_size(30'000, 99) + lines_of_size(1, 3 << 20) + lines_of_size(1, 10) + "rest";
  LinesInMemory memory(content);
  LineBlock block;
  std::string all;
  bool last = false;
  while (memory.next(block)) {
    EXPECT_FALSE(last);
    all += block.bytes;
    last = block.last;
    EXPECT_TRUE(last || block.bytes.back() == '\n');
  }
  EXPECT_TRUE(last);
  EXPECT_EQ(all, content);
}

TEST(LinesInMemory, OfNothingAreNone) {
  LineBlock block;
  EXPECT_FALSE(LinesInMemory("").next(block));
}

}  // namespace
}  // namespace weir::host
