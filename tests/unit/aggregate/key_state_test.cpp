// Which bytes of a snapshot are a key.

#include "aggregate/key_state.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "aggregate/key.h"
#include "one_bucket.h"

namespace weir::aggregate {
namespace {

TEST(KeyState, TakesWhatAppendKeyWrites) {
  Bump memory;
  const TextRef texts[] = {{"a", 1}, {"", 0}, {"bc", 2}};
  const std::int64_t integers[] = {-1, 5};
  const double floats[] = {1.5, 2.0, -0.0};
  const std::string medium(255, 'm'), large(256, 'l');
  const std::vector<std::pair<Value, FieldType>> values{
      {{}, FieldType::number},
      {number(0), FieldType::number},
      {number(65'535), FieldType::timestamp},
      {number(65'536), FieldType::any},
      {number(-1), FieldType::number},
      {floating(1.5), FieldType::floating},
      {floating(2.0), FieldType::floating},
      {floating(1e300), FieldType::any},
      {text("t"), FieldType::text},
      {text(medium), FieldType::text},
      {text(large), FieldType::any},
      {boolean(true), FieldType::any},
      {boolean(false), FieldType::any},
      {Value::array(Kind::text_array, texts, 3), FieldType::text_array},
      {Value::array(Kind::integer_array, integers, 2), FieldType::number_array},
      {Value::array(Kind::float_array, floats, 3), FieldType::float_array},
      {Value::array(Kind::float_array, floats, 0), FieldType::float_array}};
  for (const auto& [value, type] : values) {
    std::string room(key_room(value), '\0');
    const std::string key(room.data(), append_key(room.data(), value));
    std::string_view rest = key;
    EXPECT_TRUE(take_key_value(rest, type)) << shown(value);
    EXPECT_TRUE(rest.empty());
    for (std::size_t size = 0; size < key.size(); ++size) {
      rest = std::string_view(key).substr(0, size);
      EXPECT_FALSE(take_key_value(rest, type)) << shown(value) << " cut to " << size;
    }
    rest = key;
    EXPECT_EQ(take_key_value(rest, FieldType::structured), key[0] == key_tag::absent);
  }
}

TEST(KeyState, RefusesWhatAppendKeyWritesOtherwise) {
  const auto taken = [](std::string_view bytes, FieldType type = FieldType::any) {
    return take_key_value(bytes, type);
  };
  using namespace std::string_view_literals;
  EXPECT_FALSE(taken("\x0b"sv));
  EXPECT_FALSE(taken("\4\0"sv));                                 // an empty text
  EXPECT_FALSE(taken("\5\1\0\0\0a"sv));                          // a short one
  EXPECT_FALSE(taken("\2\1\0\0\0\0\0\0\0"sv));                   // a small number
  EXPECT_FALSE(taken("\3\0\0\0\0\0\0\xf0\x3f"sv));               // 1.0
  EXPECT_FALSE(taken("\3\0\0\0\0\0\0\xf8\x7f"sv));               // no number
  EXPECT_FALSE(taken("\x0a\0\0\0\0"sv, FieldType::text_array));  // an empty array
  EXPECT_FALSE(taken("\x0a\xff\xff\xff\xff"sv, FieldType::text_array));
  EXPECT_FALSE(taken("\x09\1\0\0\0\0\0\0\0\0\0\0\x80"sv, FieldType::float_array));  // -0.0
}

}  // namespace
}  // namespace weir::aggregate
