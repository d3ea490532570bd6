// Blocks cut into shorter ones: nothing lost, and each knows where it ends.
#include "input/short_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::host {
namespace {

// Blocks as a file would give them, one a text.
NextBlock blocks_of(std::vector<std::string> texts) {
  return [texts = std::move(texts), at = std::size_t{0},
          position = std::uint64_t{0}](LineBlock& block) mutable {
    if (at == texts.size()) return false;
    const std::string& text = texts[at++];
    block.buffer.assign(text.begin(), text.end());
    block.bytes = {block.buffer.data(), block.buffer.size()};
    block.position = position += text.size();
    block.last = at == texts.size();
    block.unfinished = text.find('\n') == std::string::npos && !block.last;
    block.source_bytes = 7 * at;
    block.arrived = static_cast<std::int64_t>(at);
    return true;
  };
}

struct Got {
  std::string bytes;
  std::uint64_t position;
  bool last;
  bool unfinished;
  friend bool operator==(const Got&, const Got&) = default;
};

std::vector<Got> cut(std::vector<std::string> texts, const std::vector<std::size_t>& most) {
  std::size_t asked = 0;
  ShortBlocks blocks(blocks_of(std::move(texts)),
                     [&] { return most[std::min(asked++, most.size() - 1)]; });
  std::vector<Got> all;
  for (LineBlock block; blocks.next(block);)
    all.push_back({std::string(block.bytes), block.position, block.last, block.unfinished});
  return all;
}

TEST(ShortBlocks, HaveSoManyLinesAndKnowWhereTheyEnd) {
  EXPECT_EQ(cut({"a\nb\nc\n", "d\n", "e\nf\nrest"}, {2}),
            (std::vector<Got>{{"a\nb\n", 4, false, false},
                              {"c\n", 6, false, false},
                              {"d\n", 8, false, false},
                              {"e\nf\n", 12, false, false},
                              {"rest", 16, true, false}}));
}

TEST(ShortBlocks, AreWholeOnesWithoutALimit) {
  EXPECT_EQ(cut({"a\nb\nc\n", "d\n"}, {kAllLines}),
            (std::vector<Got>{{"a\nb\nc\n", 6, false, false}, {"d\n", 8, true, false}}));
}

TEST(ShortBlocks, FollowALimitThatComesAndGoes) {
  EXPECT_EQ(cut({"a\nb\nc\n", "d\ne\n", "f\n"}, {1, kAllLines, kAllLines, 1}),
            (std::vector<Got>{{"a\n", 2, false, false},
                              {"b\nc\n", 6, false, false},
                              {"d\ne\n", 10, false, false},
                              {"f\n", 12, true, false}}));
}

// Of many lines not every one is counted; but none is lost, and the ends stay ends of lines.
TEST(ShortBlocks, OfManyLinesHaveAboutSoMany) {
  std::vector<std::string> texts(3);
  for (std::size_t i = 0; i < 60'000; ++i)
    texts[i / 20'000] += "line " + std::to_string(i % 7 == 0 ? i : i * 1000) + "\n";
  const std::vector<Got> blocks = cut(texts, {100});
  std::string all;
  for (const Got& block : blocks) {
    EXPECT_EQ(block.bytes.back(), '\n');
    EXPECT_LE(std::count(block.bytes.begin(), block.bytes.end(), '\n'), 115);
    all += block.bytes;
    EXPECT_EQ(block.position, all.size());
  }
  EXPECT_EQ(all, texts[0] + texts[1] + texts[2]);
  EXPECT_GE(blocks.size(), 590U);
  EXPECT_LE(blocks.size(), 640U);
}

TEST(ShortBlocks, SeeThatLinesBecomeShorter) {
  for (const std::size_t length : {4000U, 1500U, 400U, 100U}) {
    std::string text;
    for (int i = 0; i < 3; ++i) {
      for (int line = 0; line < 1000; ++line) text += std::string(length, 'a') + '\n';
      for (int line = 0; line < 20'000; ++line) text += "{\"SourceAddress\":\"10.0.0.1\"}\n";
    }
    for (const Got& block : cut({text}, {128}))
      EXPECT_LE(std::count(block.bytes.begin(), block.bytes.end(), '\n'), 400) << length;
  }
}

TEST(ShortBlocks, LeaveALineThatIsTooLongInItsPieces) {
  EXPECT_EQ(cut({"aaaa", "aaaa", "a\nb\n"}, {1}), (std::vector<Got>{{"aaaa", 4, false, true},
                                                                    {"aaaa", 8, false, true},
                                                                    {"a\n", 10, false, false},
                                                                    {"b\n", 12, true, false}}));
}

}  // namespace
}  // namespace weir::host
