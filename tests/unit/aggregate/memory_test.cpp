// The arena, and what lives in it: lists of unique values and joined texts.

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "aggregate/block_arena.h"
#include "aggregate/joined_text.h"
#include "aggregate/unique_list.h"

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

// ---- Unique values

Added add(UniqueList& list, const Value& value, BlockArena& arena, std::uint32_t limit = 1000) {
  arena.reserve(unique_room(value));
  const std::size_t before = arena.used();
  const Added added = add_unique(list, value, limit, arena);
  EXPECT_LE(arena.used() - before, unique_room(value));
  return added;
}

std::vector<std::string> texts_of(const UniqueList& list, const BlockArena& arena) {
  Bump bump;
  const Value all = unique_values(list, Kind::text_array, arena, bump);
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < all.size; ++i) texts.emplace_back(all.pointer<TextRef>()[i].view());
  return texts;
}

TEST(UniqueList, KeepsValuesInTheOrderOfTheirFirstAppearance) {
  BlockArena arena;
  UniqueList list;
  for (const std::string_view text : {"b", "a", "b", "c", "a", ""})
    if (!text.empty()) add(list, Value::of(text), arena);
  EXPECT_EQ(texts_of(list, arena), (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_EQ(add(list, Value::of(std::string_view("a")), arena), Added::known);
  clear_unique(list, arena);
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_EQ(list.count, 0U);
}

TEST(UniqueList, OfNothingIsAbsent) {
  BlockArena arena;
  Bump bump;
  EXPECT_EQ(unique_values(UniqueList{}, Kind::text_array, arena, bump).kind, Kind::absent);
}

TEST(UniqueList, StopsAtItsLimitButStillKnowsWhatItHas) {
  for (const std::uint32_t limit : {3U, 16U, 17U, 100U}) {
    BlockArena arena;
    UniqueList list;
    for (std::int64_t i = 0; i < limit; ++i)
      EXPECT_EQ(add(list, Value::of(i), arena, limit), Added::yes);
    EXPECT_EQ(add(list, Value::of(std::int64_t{-1}), arena, limit), Added::full);
    for (std::int64_t i = 0; i < limit; ++i)
      EXPECT_EQ(add(list, Value::of(i), arena, limit), Added::known) << i;
    EXPECT_EQ(list.count, limit);
  }
}

TEST(UniqueList, ManyRandomListsAgreeWithASetAndGiveTheirMemoryBack) {
  BlockArena arena;
  std::mt19937_64 random(4);
  std::vector<UniqueList> lists(40);
  std::vector<std::vector<std::string>> expected(lists.size());
  std::vector<std::set<std::string>> seen(lists.size());
  for (int i = 0; i < 40'000; ++i) {
    const std::size_t which = random() % lists.size();
    std::string text = std::to_string(random() % (std::size_t{10} << which % 10));
    if (random() % 5 == 0) text.append(random() % 1500, 'x');
    const bool fresh = seen[which].insert(text).second;
    if (fresh) expected[which].push_back(text);
    ASSERT_EQ(add(lists[which], Value::of(std::string_view(text)), arena, 100'000),
              fresh ? Added::yes : Added::known);
  }
  for (std::size_t i = 0; i < lists.size(); ++i) EXPECT_EQ(texts_of(lists[i], arena), expected[i]);
  for (UniqueList& list : lists) clear_unique(list, arena);
  EXPECT_EQ(arena.used(), 0U);
}

TEST(UniqueList, KeepsNumbersWithTheirType) {
  BlockArena arena;
  UniqueList integers, floats;
  for (std::int64_t i = 500; i > 0; --i) {
    add(integers, Value::of(i % 100 - 50), arena);
    add(floats, Value::of(static_cast<double>(i % 100) / 4), arena);
  }
  Bump bump;
  const Value all = unique_values(integers, Kind::integer_array, arena, bump);
  ASSERT_EQ(all.size, 100U);
  for (std::uint32_t i = 0; i < 100; ++i)
    EXPECT_EQ(all.pointer<std::int64_t>()[i], (500 - std::int64_t{i}) % 100 - 50);
  const Value quarters = unique_values(floats, Kind::float_array, arena, bump);
  ASSERT_EQ(quarters.size, 100U);
  EXPECT_EQ(quarters.pointer<double>()[1], 24.75);
}

// 200,000 short texts: some of their 32-bit hashes are equal (about five pairs are expected), and
// all go through one deep trie.
TEST(UniqueList, KeepsValuesApartWhoseHashesAreEqual) {
  BlockArena arena;
  UniqueList list;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i)
    ASSERT_EQ(add(list, Value::of(std::string_view(std::string("v").append(std::to_string(i)))),
                  arena, count),
              Added::yes);
  EXPECT_EQ(list.count, std::uint32_t{count});
  EXPECT_EQ(texts_of(list, arena)[123'456], "v123456");
  clear_unique(list, arena);
  EXPECT_EQ(arena.used(), 0U);
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
