// The arena, and joined texts in it.

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "aggregate/block_arena.h"
#include "aggregate/joined_text.h"

namespace weir::aggregate {
namespace {

using Ref = BlockArena::Ref;

Ref taken(BlockArena& arena, std::size_t size) {
  arena.reserve(BlockArena::rounded(size));
  return arena.take(size);
}

TEST(BlockArena, RoundsUpToItsClasses) {
  EXPECT_EQ(BlockArena::rounded(0), 8U);
  EXPECT_EQ(BlockArena::rounded(8), 8U);
  EXPECT_EQ(BlockArena::rounded(9), 16U);
  EXPECT_EQ(BlockArena::rounded(512), 512U);
  EXPECT_EQ(BlockArena::rounded(513), 640U);
  EXPECT_EQ(BlockArena::rounded(641), 768U);
  std::size_t last = 0;
  for (std::size_t size = 1; size < 100'000; ++size) {
    const std::size_t rounded = BlockArena::rounded(size);
    ASSERT_GE(rounded, size);
    ASSERT_GE(rounded, last);
    ASSERT_EQ(BlockArena::rounded(rounded), rounded);
    if (size > 512) {
      ASSERT_LE(rounded * 4, size * 5 + 4);
    }
    last = rounded;
  }
}

TEST(BlockArena, ReusesABlockOfTheSameClass) {
  BlockArena arena;
  const Ref first = taken(arena, 100);
  const Ref second = taken(arena, 100);
  EXPECT_NE(first, second);
  arena.give(first, 100);
  EXPECT_NE(arena.take(50), first);
  EXPECT_EQ(arena.take(97), first);
  EXPECT_EQ(arena.used(), 2 * 104U + 56U);
}

TEST(BlockArena, KeepsTheFirstWordOfABlockAndStartsItAtZero) {
  BlockArena arena;
  for (const std::size_t size : {std::size_t{8}, std::size_t{64}, std::size_t{5000}}) {
    const Ref ref = taken(arena, size);
    EXPECT_EQ(*arena.as<std::uint32_t>(ref), 0U);
    std::memset(arena.at(ref), 0xAB, size);
    arena.give(ref, size);
    EXPECT_EQ(arena.take(size), ref);
    EXPECT_EQ(*arena.as<std::uint32_t>(ref), 0xABABABABU);
  }
}

TEST(BlockArena, TakesBlocksOfAnySize) {
  BlockArena arena;
  for (const std::size_t size : {65'536U, 65'537U, 100'000U, 3'000'000U, 5'000'000U}) {
    const Ref ref = taken(arena, size);
    std::memset(arena.at(ref), 1, size);
    EXPECT_EQ(arena.at(ref)[size - 1], std::byte{1});
    arena.give(ref, size);
  }
  EXPECT_EQ(arena.used(), 0U);
}

TEST(BlockArena, TakesEverythingThatWasReservedAtOnce) {
  BlockArena arena;
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::size_t> sizes(1 + random() % 100);
    std::size_t need = 0;
    for (std::size_t& size : sizes) need += BlockArena::rounded(size = random() % 5000);
    arena.reserve(need);
    const std::size_t before = arena.bytes();
    for (const std::size_t size : sizes) arena.take(size);
    EXPECT_EQ(arena.bytes(), before);
  }
}

TEST(BlockArena, BlocksNeverOverlap) {
  BlockArena arena;
  std::mt19937_64 random(2);
  struct Block {
    std::size_t size;
    unsigned char fill;
  };
  std::unordered_map<Ref, Block> shadow;
  std::size_t used = 0;
  const auto check = [&](Ref ref, const Block& block) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(arena.at(ref));
    for (std::size_t i = 0; i < block.size; ++i) ASSERT_EQ(bytes[i], block.fill);
  };
  for (int i = 0; i < 60'000; ++i) {
    if (shadow.size() > 500 || (!shadow.empty() && random() % 3 == 0)) {
      const auto victim = shadow.begin();
      check(victim->first, victim->second);
      arena.give(victim->first, victim->second.size);
      used -= BlockArena::rounded(victim->second.size);
      shadow.erase(victim);
    } else {
      const std::size_t size = 1 + random() % (random() % 20 == 0 ? 70'000 : 300);
      const Ref ref = taken(arena, size);
      ASSERT_NE(ref, BlockArena::null);
      const Block block{size, static_cast<unsigned char>(random())};
      std::memset(arena.at(ref), block.fill, size);
      ASSERT_TRUE(shadow.emplace(ref, block).second);
      used += BlockArena::rounded(size);
    }
    ASSERT_EQ(arena.used(), used);
  }
  for (const auto& [ref, block] : shadow) check(ref, block);
}

// ---- Joined texts

bool join(JoinedText& joined, std::string_view text, BlockArena& arena) {
  arena.reserve(joined_room(text));
  const std::size_t before = arena.used();
  const bool fitted = append_joined(joined, text, arena);
  EXPECT_LE(arena.used() - before, joined_room(text));
  return fitted;
}

std::string text_of(const JoinedText& joined, const BlockArena& arena) {
  Bump bump;
  return std::string(joined_text(joined, arena, bump));
}

TEST(JoinedText, PutsCommasBetweenTexts) {
  BlockArena arena;
  JoinedText joined;
  EXPECT_EQ(text_of(joined, arena), "");
  for (const std::string_view text : {"a", "b,c", "a"}) EXPECT_TRUE(join(joined, text, arena));
  EXPECT_EQ(text_of(joined, arena), "a,b,c,a");
}

TEST(JoinedText, LeavesOutATextThatDoesNotFitWholeAndTakesASmallerOne) {
  BlockArena arena;
  JoinedText joined;
  EXPECT_FALSE(join(joined, std::string(max_joined_bytes + 1, 'x'), arena));
  EXPECT_TRUE(join(joined, std::string(max_joined_bytes - 3, 'x'), arena));
  EXPECT_FALSE(join(joined, "abc", arena));
  EXPECT_TRUE(join(joined, "ab", arena));
  EXPECT_FALSE(join(joined, "a", arena));
  EXPECT_EQ(text_of(joined, arena), std::string(max_joined_bytes - 3, 'x') + ",ab");
  clear_joined(joined, arena);
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_TRUE(join(joined, std::string(max_joined_bytes, 'y'), arena));
  EXPECT_EQ(joined.size, max_joined_bytes);
}

TEST(JoinedText, RandomTextsAgreeWithAString) {
  BlockArena arena;
  std::mt19937_64 random(6);
  for (int round = 0; round < 50; ++round) {
    JoinedText joined;
    std::string expected;
    for (std::size_t i = 0, count = random() % 500; i < count; ++i) {
      const std::string text(1 + random() % (random() % 10 == 0 ? 3000 : 40),
                             static_cast<char>('a' + i % 26));
      const std::string longer =
          expected.empty() ? text : std::string(expected).append(",").append(text);
      ASSERT_EQ(join(joined, text, arena), longer.size() <= max_joined_bytes);
      if (longer.size() <= max_joined_bytes) expected = longer;
    }
    ASSERT_EQ(text_of(joined, arena), expected);
    clear_joined(joined, arena);
  }
  EXPECT_EQ(arena.used(), 0U);
}

}  // namespace
}  // namespace weir::aggregate
