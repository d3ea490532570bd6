// The table itself: entries, their time, what put does when memory ends.

#include <map>
#include <random>

#include "../engine/failing_memory.h"
#include "lookup/import.h"
#include "rows.h"

namespace weir::lookup {
namespace {

constexpr std::int64_t second = 1'000'000'000;

Shape shape_of(std::int64_t ttl_seconds, std::vector<Column> columns = {{"value"}}) {
  return {Kind::active_list, {{"key"}}, std::move(columns), {ttl_seconds * second}};
}

Clock at(std::int64_t seconds, std::int64_t first = 0) {
  return {{seconds * second}, {first * second}, true};
}

void put(Table& table, std::string_view key, std::string_view text, const Clock& clock = {}) {
  const Value value = Value::of(text);
  table.put(key, {&value, 1}, clock);
}

TEST(Table, CopiesTextsAndArrays) {
  Table table(shape_of(0, {{"t"}, {"n"}, {"l"}, {"i"}, {"f"}, {"none"}}));
  std::string key = "some key", text = "some text", item = "item";
  std::vector<TextRef> texts{{item.data(), item.size()}, {nullptr, 0}, {text.data(), 4}};
  std::vector<std::int64_t> integers{1, -2};
  std::vector<double> floats{0.5};
  const std::vector<Value> values{Value::of(std::string_view(text)),
                                  Value::of(std::int64_t{7}),
                                  Value::array(weir::Kind::text_array, texts.data(), 3),
                                  Value::array(weir::Kind::integer_array, integers.data(), 2),
                                  Value::array(weir::Kind::float_array, floats.data(), 1),
                                  Value::array(weir::Kind::text_array, texts.data(), 0)};
  table.put(key, values, {});
  key = text = item = "";
  std::fill(texts.begin(), texts.end(), TextRef{});
  integers = {0, 0}, floats = {0};
  EXPECT_EQ(entry(table, "some key"), "some text 7 [item,-,some] [1,-2] [0.500000] -");
  const Value* const kept = table.find("some key", {});
  EXPECT_EQ(kept[0].text().data()[9], '\0');
}

TEST(Table, ReplacesAnEntryWhole) {
  Table table(shape_of(0));
  put(table, "a", "1");
  put(table, "a", "");
  EXPECT_EQ(entry(table, "a"), "-");
  EXPECT_EQ(table.size(), 1U);
  const Value* const own = (put(table, "a", "again"), table.find("a", {}));
  table.put("a", {own, 1}, {});
  EXPECT_EQ(entry(table, "a"), "again");
}

TEST(Table, ComparesKeysInFull) {
  Table table(shape_of(0));
  put(table, "", "empty");
  for (int i = 0; i < 20'000; ++i) put(table, std::to_string(i), std::to_string(i));
  for (int i = 0; i < 40'000; ++i)
    EXPECT_EQ(entry(table, std::to_string(i)), i < 20'000 ? std::to_string(i) : "none");
  EXPECT_EQ(entry(table, ""), "empty");
  EXPECT_EQ(entry(table, std::string_view("1\0", 2)), "none");
}

TEST(TimeToLive, EndsAtTheDeadline) {
  Table table(shape_of(10));
  put(table, "a", "1", at(100));
  EXPECT_EQ(entry(table, "a", at(109)), "1");
  EXPECT_EQ(entry(table, "a", at(110)), "none");
  put(table, "a", "2", at(110));
  EXPECT_EQ(entry(table, "a", at(119)), "2");
}

TEST(TimeToLive, BeginsWithTheClock) {
  Table table(shape_of(10));
  put(table, "a", "1");
  EXPECT_EQ(entry(table, "a"), "1");
  EXPECT_EQ(entry(table, "a", at(1009, 1000)), "1");
  EXPECT_EQ(entry(table, "a", at(1010, 1000)), "none");
}

TEST(TimeToLive, BeginsWithTheLoadingOfADocumentWhileTheClockRuns) {
  Table table(shape_of(10));
  put(table, "a", "1");
  put(table, "b", "2", at(1005, 1000));
  table.begin({});
  EXPECT_EQ(entry(table, "a", at(1010, 1000)), "none");
  table.begin(at(1012, 1000));
  EXPECT_EQ(entry(table, "a", at(1021, 1000)), "1");
  EXPECT_EQ(entry(table, "a", at(1022, 1000)), "none");
  EXPECT_EQ(entry(table, "b", at(1015, 1000)), "none");
}

TEST(TimeToLive, MayReachBeyondTheEndOfTime) {
  Table table(shape_of(10));
  const Clock late{{INT64_MAX - 5}, {}, true};
  put(table, "a", "1", late);
  EXPECT_EQ(entry(table, "a", late), "1");
}

TEST(TimeToLive, IsForEverWhenItIsNothing) {
  Table table(shape_of(0));
  put(table, "a", "1", at(1));
  EXPECT_EQ(entry(table, "a", {{INT64_MAX}, {}, true}), "1");
}

TEST(TimeToLive, KeepsAListThatIsFedForEverBounded) {
  Table table(shape_of(100));
  std::size_t most = 0;
  for (int i = 0; i < 200'000; ++i) {
    put(table, std::to_string(i), "x", at(i / 10));  // 1,000 alive at a time
    most = std::max(most, table.size());
  }
  EXPECT_LE(most, 1'600U);
  EXPECT_GE(most, 1'000U);
  EXPECT_LE(table.bytes(), 1'600U * 200);
}

TEST(TimeToLive, KeepsAListThatIsUpdatedForEverBounded) {
  Table table(shape_of(100));
  std::size_t most = 0;
  for (int i = 0; i < 20'000; ++i) {  // 1,000 alive at a time
    update(table, Format::csv, "key,value\n" + std::to_string(i) + ",x\n", at(i / 10));
    most = std::max(most, table.size());
  }
  EXPECT_LE(most, 1'600U);
  std::string rows = "key,value\n";
  for (int i = 0; i < 1'000; ++i) rows += "late" + std::to_string(i) + ",x\n";
  update(table, Format::csv, rows, at(100'000));
  EXPECT_EQ(table.size(), 1'000U);
}

TEST(TimeToLive, GivesMemoryBackAfterABurst) {
  Table table(shape_of(10));
  for (int i = 0; i < 100'000; ++i) put(table, std::to_string(i), "x", at(0));
  const std::size_t before = table.bytes();
  for (int i = 0; i < 60'000; ++i) put(table, std::to_string(i % 10), "x", at(20));
  EXPECT_EQ(table.size(), 10U);
  EXPECT_LE(table.bytes() * 100, before);
}

TEST(Table, AgreesWithAMapUnderRandomChanges) {
  for (const std::int64_t ttl : {0, 5}) {
    std::mt19937 random(static_cast<unsigned>(ttl));
    Table table(shape_of(ttl));
    std::map<std::string, std::pair<std::string, std::int64_t>> model;  // value, put at
    std::int64_t now = 0;
    for (int step = 0; step < 60'000; ++step) {
      const std::string key(1 + random() % 20, static_cast<char>('a' + random() % 20));
      const bool dead = model.contains(key) && ttl > 0 && now >= model[key].second + ttl;
      switch (random() % 8) {
        case 0:
          now += random() % 3 == 0 ? 1 : 0;
          break;
        case 1:  // what is dead may be there or not
          if (dead)
            table.erase(key);
          else
            EXPECT_EQ(table.erase(key), model.contains(key));
          model.erase(key);
          break;
        case 2: {
          Table more(shape_of(ttl));
          put(more, key, "absorbed", at(now));
          put(more, key + "2", "too", at(now));
          table.absorb(std::move(more), at(now));
          model[key] = {"absorbed", now};
          model[key + "2"] = {"too", now};
          break;
        }
        case 3:
        case 4: {
          const std::string value = std::to_string(random());
          put(table, key, value, at(now));
          model[key] = {value, now};
          break;
        }
        default:
          EXPECT_EQ(entry(table, key, at(now)),
                    dead || !model.contains(key) ? "none" : model[key].first);
      }
    }
    if (ttl == 0) {
      EXPECT_EQ(table.size(), model.size());
    }
  }
}

TEST(Table, PutsAllOrNothingWhenMemoryEnds) {
  Table table(shape_of(0));
  for (int i = 0; i < 12; ++i) put(table, std::to_string(i), "old");
  int failed = 0;
  for (int i = 0; i < 40; ++i)  // over several growths
    for (std::uint64_t number = 1;; ++number) {
      const std::size_t before = table.size();
      fail_allocations(number);
      bool thrown = false;
      try {
        put(table, std::to_string(i), "new");
      } catch (const std::bad_alloc&) {
        thrown = true;
      }
      allow_allocations();
      if (!thrown) break;
      ++failed;
      EXPECT_EQ(table.size(), before);
      EXPECT_EQ(entry(table, std::to_string(i)), i < 12 ? "old" : "none");
    }
  EXPECT_GT(failed, 40);
  EXPECT_EQ(table.size(), 40U);
}

TEST(Update, IsAllOrNothingWhenMemoryEnds) {
  Table table = dictionary("a,1\nb,2\n");
  std::string text;
  for (int i = 0; i < 30; ++i) text += std::to_string(i) + ",x\n";
  text += "a,2\n";
  for (std::uint64_t number = 1;; ++number) {
    fail_allocations(number);
    bool thrown = false;
    try {
      update(table, Format::csv, text, {});
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    allow_allocations();
    if (!thrown) break;
    EXPECT_EQ(table.size(), 2U);
    EXPECT_EQ(entry(table, "a"), "1");
  }
  EXPECT_EQ(table.size(), 32U);
  EXPECT_EQ(entry(table, "a"), "2");
}

TEST(Table, FindsWithoutAllocating) {
  Table table = dictionary("a,1\nb,2\n");
  fail_allocations(1, ~std::uint64_t{0});
  const Value* const found = table.find("a", {});
  const Value* const missing = table.find("c", {});
  const std::uint64_t failed = failed_allocations();
  allow_allocations();
  EXPECT_EQ(failed, 0U);
  EXPECT_NE(found, nullptr);
  EXPECT_EQ(missing, nullptr);
}

}  // namespace
}  // namespace weir::lookup
