// Values of any type, at random.
#pragma once

#include <random>
#include <string>

#include "base/bump.h"
#include "event/schema.h"
#include "one_bucket.h"

namespace weir::aggregate {

// What the values hold lies in its memory, until reset().
class RandomValues {
 public:
  void reset() noexcept { memory_.reset(); }

  Value any_value(FieldType type, std::mt19937_64& random) {
    if (random() % 3 == 0) return {};
    switch (type) {
      case FieldType::text:
        return random() % 4 == 0 ? Value::of(memory_.copy("12.5")) : some_text(random);
      case FieldType::number:
      case FieldType::timestamp:
        return some_number(random);
      case FieldType::floating:
        return some_floating(random);
      case FieldType::structured:
        return Value::json(memory_.copy("{\"a\":1}"));
      case FieldType::any:
        switch (random() % 4) {
          case 0:
            return boolean(random() % 2 == 0);
          case 1:
            return some_floating(random);
          case 2:
            return some_number(random);
          default:
            return some_text(random);
        }
      default:
        return some_array(type, random);
    }
  }
  // Of few keys.
  Value key_value(FieldType type, std::mt19937_64& random) {
    std::mt19937_64 few(random() % 3);
    const Value value = any_value(type, few);
    return value.present() ? value : any_value(type, few);
  }

 private:
  Value some_text(std::mt19937_64& random) {
    const std::size_t size = random() % 16 == 0 ? 200 + random() % 200 : 1 + random() % 12;
    return Value::of(memory_.copy(std::string(size, static_cast<char>('a' + random() % 20))));
  }
  Value some_number(std::mt19937_64& random) {
    if (random() % 8 == 0) return Value::of(static_cast<std::int64_t>(random()));
    return Value::of(static_cast<std::int64_t>(random() % 50));
  }
  Value some_floating(std::mt19937_64& random) {
    return Value::of(static_cast<double>(random() % 40) / 4 - 3);
  }
  Value some_array(FieldType type, std::mt19937_64& random) {
    const auto size = static_cast<std::uint32_t>(1 + random() % 3);
    if (type == FieldType::text_array) {
      auto* const texts = reinterpret_cast<TextRef*>(memory_.take(size * sizeof(TextRef)));
      for (std::uint32_t i = 0; i < size; ++i) {
        const std::string_view text = some_text(random).text();
        texts[i] = {text.data(), text.size()};
      }
      return Value::array(Kind::text_array, texts, size);
    }
    auto* const numbers = reinterpret_cast<std::uint64_t*>(memory_.take(size * 8));
    const bool floats = type == FieldType::float_array;
    for (std::uint32_t i = 0; i < size; ++i)
      numbers[i] = (floats ? some_floating(random) : some_number(random)).word;
    return Value::array(floats ? Kind::float_array : Kind::integer_array, numbers, size);
  }

  Bump memory_;
};

}  // namespace weir::aggregate
