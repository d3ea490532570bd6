// Lists of unique values, and the set of byte strings that they stand on.

#include "aggregate/unique_list.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir::aggregate {
namespace {

constexpr std::uint64_t hash_seed = 0x5EED;

Added add(UniqueList& list, const Value& value, BlockArena& arena, std::uint32_t limit = 1000) {
  const std::size_t room = unique_room(value, limit);
  arena.reserve(room);
  const std::size_t before = arena.used();
  const std::uint32_t count = list.count;
  const std::uint32_t cut = add_unique(list, value, limit, hash_seed, arena);
  EXPECT_LE(arena.used(), before + room);
  if (cut > 0) return Added::full;
  return list.count > count ? Added::yes : Added::known;
}

std::vector<std::string> texts_of(const UniqueList& list, const BlockArena& arena) {
  Bump bump;
  const Value all = unique_values(list, FieldType::text, arena, bump);
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
  clear(list, arena);
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_EQ(list.count, 0U);
}

TEST(UniqueList, OfNothingIsAbsent) {
  BlockArena arena;
  Bump bump;
  EXPECT_EQ(unique_values(UniqueList{}, FieldType::text, arena, bump).kind, Kind::absent);
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
  for (UniqueList& list : lists) clear(list, arena);
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
  const Value all = unique_values(integers, FieldType::number, arena, bump);
  ASSERT_EQ(all.size, 100U);
  for (std::uint32_t i = 0; i < 100; ++i)
    EXPECT_EQ(all.pointer<std::int64_t>()[i], (500 - std::int64_t{i}) % 100 - 50);
  const Value quarters = unique_values(floats, FieldType::floating, arena, bump);
  ASSERT_EQ(quarters.size, 100U);
  EXPECT_EQ(quarters.pointer<double>()[1], 24.75);
}

// Kinds that look alike as bytes, lists that outgrow their heads, segments that are just full.
TEST(UniqueList, ValuesOfEveryKindAgreeWithASet) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 300; ++round) {
    BlockArena arena;
    UniqueList list;
    std::set<std::pair<Kind, std::string>> seen;
    std::vector<std::string> expected;
    const std::size_t spread = 1 + random() % 400, length = random() % 3 == 0 ? 260 : 12;
    for (int i = 0; i < 400; ++i) {
      const auto word = static_cast<std::int64_t>(random() % spread);
      const std::string text = std::to_string(word).append(random() % length, '.');
      Value value = Value::of(std::string_view(text));
      std::string shown = text;
      switch (random() % 5) {
        case 0:
          value = Value::of(word << (word % 3 * 20));
          shown = std::to_string(value.integer());
          break;
        case 1:
          value = Value::of(static_cast<double>(word));
          shown = std::to_string(word);
          break;
        case 2:
          value = {static_cast<std::uint64_t>(word & 1), 0, Kind::boolean};
          shown = (word & 1) != 0 ? "true" : "false";
          break;
        default:
          break;
      }
      const Kind kind = value.kind == Kind::floating ? Kind::integer : value.kind;
      const bool fresh = seen.emplace(kind, shown).second;
      if (fresh) expected.push_back(shown);
      ASSERT_EQ(add(list, value, arena), fresh ? Added::yes : Added::known);
    }
    ASSERT_EQ(texts_of(list, arena), expected);
    clear(list, arena);
    ASSERT_EQ(arena.used(), 0U);
  }
}

TEST(UniqueList, HoldsHundredsOfThousandsOfValues) {
  BlockArena arena;
  UniqueList list;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i)
    ASSERT_EQ(add(list, Value::of(std::string_view(std::string("v").append(std::to_string(i)))),
                  arena, count),
              Added::yes);
  EXPECT_EQ(list.count, std::uint32_t{count});
  EXPECT_EQ(texts_of(list, arena)[123'456], "v123456");
  clear(list, arena);
  EXPECT_EQ(arena.used(), 0U);
}

}  // namespace
}  // namespace weir::aggregate
