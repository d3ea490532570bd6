#include "aggregate/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "aggregate/key_buffer.h"
#include "aggregate/number.h"
#include "values.h"

namespace weir::aggregate {
namespace {

using namespace std::string_view_literals;

std::string key_of(const std::vector<Value>& values) {
  std::size_t room = 0;
  for (const Value& value : values) room += key_room(value);
  std::string key(room, '\x55');
  char* end = key.data();
  for (const Value& value : values) {
    char* const next = append_key(end, value);
    EXPECT_LE(next, end + key_room(value));
    end = next;
  }
  key.resize(static_cast<std::size_t>(end - key.data()));
  return key;
}

bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::text) return a.text() == b.text();
  if (a.kind == Kind::floating) return a.floating() == b.floating();
  if (a.kind == Kind::text_array)
    return std::equal(a.pointer<TextRef>(), a.pointer<TextRef>() + a.size, b.pointer<TextRef>(),
                      b.pointer<TextRef>() + b.size,
                      [](const TextRef& x, const TextRef& y) { return x.view() == y.view(); });
  if (a.kind == Kind::integer_array || a.kind == Kind::float_array)
    return a.size == b.size && std::memcmp(a.pointer<char>(), b.pointer<char>(), 8 * a.size) == 0;
  return a.word == b.word;
}

void expect_round_trip(const std::vector<Value>& values) {
  const std::string key = key_of(values);
  Bump bump;
  const char* at = key.data();
  for (const Value& value : values) {
    const Value again = read_key(at, bump);
    if (value.kind == Kind::floating && again.kind == Kind::integer) {
      EXPECT_EQ(static_cast<double>(again.integer()), value.floating());
      continue;
    }
    EXPECT_TRUE(equal(again, value)) << value.text() << " came back as another value";
    if (again.kind == Kind::text) {
      EXPECT_EQ(again.text().data()[again.size], '\0');
    }
  }
  EXPECT_EQ(at, key.data() + key.size());
}

TEST(Key, TellsTuplesApart) {
  EXPECT_NE(key_of({text("ab"), text("c")}), key_of({text("a"), text("bc")}));
  EXPECT_NE(key_of({number(1)}), key_of({text("1")}));
  EXPECT_NE(key_of({number(1)}), key_of({Value::of(1.5)}));
  EXPECT_NE(key_of({text("1.2.3.4")}), key_of({text("::ffff:1.2.3.4")}));
  EXPECT_NE(key_of({text("1.2.3.4")}), key_of({text("01.2.3.4")}));
  EXPECT_NE(key_of({text("a"), {}}), key_of({{}, text("a")}));
  EXPECT_NE(key_of({{}}), key_of({{}, {}}));
  EXPECT_NE(key_of({number(-1)}), key_of({number(65535)}));
  EXPECT_NE(key_of({text(std::string(255, 'a'))}), key_of({text(std::string(256, 'a'))}));
}

TEST(Key, OfEqualNumbersIsOneWhateverTheirKind) {
  EXPECT_EQ(key_of({number(1)}), key_of({Value::of(1.0)}));
  EXPECT_EQ(key_of({number(-70'000)}), key_of({Value::of(-70'000.0)}));
  EXPECT_NE(key_of({number(std::numeric_limits<std::int64_t>::max())}),
            key_of({Value::of(0x1p63)}));
}

TEST(Key, OfZeroIsOneWhateverItsSign) {
  EXPECT_EQ(key_of({Value::of(0.0)}), key_of({Value::of(-0.0)}));
}

TEST(Key, KeepsAddressesThatLookAlikeAsTheyWere) {
  for (const std::string_view address :
       {"1.2.3.4", "0.0.0.0", "255.255.255.255", "100.10.1.0", "01.2.3.4", "1.2.3.04", "1.2.3.256",
        "1.2.3", "1.2.3.4.5", "1.2.3.4 ", "1..3.4", "1.2.3.", "::ffff:1.2.3.4", "999.1.1.1",
        "1.2.3.a", "1.2.3.4:80"})
    expect_round_trip({text(address), number(7)});
}

TEST(Key, OfASmallNumberOrOfNothingIsShort) {
  EXPECT_EQ(key_of({number(65535)}).size(), 3U);
  EXPECT_EQ(key_of({{}}).size(), 1U);
}

TEST(Key, ReadsBackEveryNumber) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{65535}, std::int64_t{65536}, std::int64_t{-1},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    expect_round_trip({number(value), number(value)});
}

TEST(Key, ReadsBackRandomTuplesAndGivesDifferentOnesDifferentBytes) {
  std::mt19937_64 random(11);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  constexpr std::string_view alphabet = "01.:a\0\xFF"sv;
  std::map<std::string, std::string> described;  // key to what it was made of
  for (int i = 0; i < 30'000; ++i) {
    std::vector<std::string> texts(3);
    std::vector<Value> values;
    std::string description;
    for (std::string& memory : texts) {
      switch (below(4)) {
        case 0:
          values.push_back({});
          break;
        case 1:
          values.push_back(number(static_cast<std::int64_t>(random() >> below(64))));
          break;
        case 2:
          values.push_back(Value::of(static_cast<double>(below(1000)) / 8));
          break;
        default:
          for (std::size_t n = below(20) ? 1 + below(9) : 250 + below(20); n > 0; --n)
            memory += alphabet[below(alphabet.size())];
          if (below(4) == 0)
            memory = std::to_string(below(300))
                         .append(".")
                         .append(std::to_string(below(300)))
                         .append(".0.1");
          values.push_back(text(memory));
      }
      const Value& value = values.back();
      description.append(std::to_string(static_cast<int>(as_integer_if_whole(value).kind)))
          .append("|");
      if (value.kind == Kind::text)
        description.append(std::to_string(memory.size())).append(":").append(memory);
      else
        description.append(std::to_string(as_integer_if_whole(value).word));
    }
    expect_round_trip(values);
    const auto [at, fresh] = described.emplace(key_of(values), description);
    ASSERT_TRUE(fresh || at->second == description);
  }
}

TEST(Key, ComparesWholeArrays) {
  const std::vector<TextRef> ab_c{ref("ab"), ref("c")}, a_bc{ref("a"), ref("bc")}, ab{ref("ab")};
  const std::int64_t numbers[] = {1, 2, 3};
  const double floats[] = {1, 2, -0.0}, same_floats[] = {1, 2, 0.0};
  EXPECT_NE(key_of({texts(ab_c)}), key_of({texts(a_bc)}));
  EXPECT_NE(key_of({texts(ab)}), key_of({text("ab")}));
  EXPECT_NE(key_of({Value::array(Kind::integer_array, numbers, 3)}),
            key_of({Value::array(Kind::integer_array, numbers, 2), number(3)}));
  EXPECT_NE(key_of({Value::array(Kind::integer_array, numbers, 2)}),
            key_of({Value::array(Kind::float_array, floats, 2)}));
  EXPECT_EQ(key_of({Value::array(Kind::float_array, floats, 3)}),
            key_of({Value::array(Kind::float_array, same_floats, 3)}));
}

TEST(Key, ReadsBackArraysAndBooleans) {
  const std::vector<TextRef> names{ref("alice"), ref(""), ref(std::string_view("b\0b", 3))};
  const std::int64_t numbers[] = {std::numeric_limits<std::int64_t>::min(), 0, 7};
  const double floats[] = {0.5, 2, 1e300};
  expect_round_trip({texts(names), Value::array(Kind::integer_array, numbers, 3),
                     Value{1, 0, Kind::boolean}, Value::array(Kind::float_array, floats, 3),
                     Value{0, 0, Kind::boolean}, text("end")});
}

TEST(Key, OfAnEmptyArrayIsThatOfAnAbsentField) {
  EXPECT_EQ(key_of({Value::array(Kind::text_array, nullptr, 0)}), key_of({{}}));
}

TEST(Key, TellsBooleansFromNumbersAndTexts) {
  const Value yes{1, 0, Kind::boolean}, no{0, 0, Kind::boolean};
  EXPECT_NE(key_of({yes}), key_of({no}));
  EXPECT_NE(key_of({yes}), key_of({number(1)}));
  EXPECT_NE(key_of({yes}), key_of({text("true")}));
  EXPECT_NE(key_of({no}), key_of({{}}));
}

class Keys : public testing::Test {
 protected:
  Keys() {
    Settings settings;
    settings.name = "r";
    settings.identical = {field_id("SourceUserName"), field_id("SourcePort")};
    settings.unique = {field_id("DeviceAction")};
    settings.unique_mode = UniqueMode::dedup;
    plan_.emplace(std::make_shared<const Rule>(settings, 0), slots_);
  }
  KeyBuffer::Key add(const Value& name, const Value& port, const Value& action) {
    std::vector<Value> row(slots_.size());
    row[plan_->identical[0]] = name;
    row[plan_->identical[1]] = port;
    row[plan_->unique[0]] = action;
    return keys_.add(*plan_, row.data());
  }
  static std::string_view key(const KeyBuffer::Key& of) { return {of.bytes, of.size}; }
  static std::string_view combination(const KeyBuffer::Key& of) {
    return {of.bytes + of.size, of.combination_size};
  }

 private:
  SlotMap slots_;
  std::optional<Plan> plan_;
  KeyBuffer keys_;
};

TEST_F(Keys, AreMadeOfTheValuesOfTheRulesFields) {
  const KeyBuffer::Key made = add(text("y"), number(9), text("x"));
  EXPECT_EQ(key(made), key_of({text("y"), number(9)}));
  EXPECT_EQ(combination(made), key_of({text("x")}));
}

// Long values want more than is usual, so a key that has begun moves to a place with room for it.
TEST_F(Keys, StayWhereTheyAreWhateverComesAfterThem) {
  std::mt19937_64 random(12);
  std::vector<KeyBuffer::Key> made;
  std::vector<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string name(random() % (i % 100 == 0 ? 100'000 : 300), 'n');
    const std::string action(random() % (i % 70 == 0 ? 100'000 : 300), 'a');
    made.push_back(add(text(name), number(i), text(action)));
    expected.push_back(key_of({text(name), number(i)}));
    expected.push_back(key_of({text(action)}));
  }
  for (std::size_t i = 0; i < made.size(); ++i) {
    ASSERT_EQ(key(made[i]), expected[2 * i]);
    ASSERT_EQ(combination(made[i]), expected[2 * i + 1]);
  }
}

}  // namespace
}  // namespace weir::aggregate
