#include "aggregate/key.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <map>
#include <random>
#include <vector>

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

Value text(std::string_view value) { return Value::of(value); }
Value number(std::int64_t value) { return Value::of(value); }

bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::text) return a.text() == b.text();
  if (a.kind == Kind::floating) return a.floating() == b.floating();
  return a.word == b.word;
}

void expect_round_trip(const std::vector<Value>& values) {
  const std::string key = key_of(values);
  Bump bump;
  const char* at = key.data();
  for (const Value& value : values) {
    const Value again = read_key(at, bump);
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
  EXPECT_NE(key_of({number(1)}), key_of({Value::of(1.0)}));
  EXPECT_NE(key_of({text("1.2.3.4")}), key_of({text("::ffff:1.2.3.4")}));
  EXPECT_NE(key_of({text("1.2.3.4")}), key_of({text("01.2.3.4")}));
  EXPECT_NE(key_of({text("a"), {}}), key_of({{}, text("a")}));
  EXPECT_NE(key_of({{}}), key_of({{}, {}}));
  EXPECT_NE(key_of({number(-1)}), key_of({number(65535)}));
  EXPECT_NE(key_of({text(std::string(255, 'a'))}), key_of({text(std::string(256, 'a'))}));
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
      description.append(std::to_string(static_cast<int>(value.kind))).append("|");
      if (value.kind == Kind::text)
        description.append(std::to_string(memory.size())).append(":").append(memory);
      else
        description.append(std::to_string(value.word));
    }
    expect_round_trip(values);
    const auto [at, fresh] = described.emplace(key_of(values), description);
    ASSERT_TRUE(fresh || at->second == description);
  }
}

}  // namespace
}  // namespace weir::aggregate
