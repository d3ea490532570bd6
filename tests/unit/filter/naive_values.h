// Single values and how they compare, for the evaluator of naive.h.
#pragma once

#include <arpa/inet.h>

#include <cmath>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "event.h"

namespace weir::filter::naive {

// A number or a text; long double holds every int64 and every double exactly on x86-64.
struct Item {
  bool number = false;
  bool integral = false;
  long double value = 0;
  std::string text;
};

inline Item text_item(std::string text) { return {false, false, 0, std::move(text)}; }

inline std::vector<Item> items_of(const Value& value) {
  std::vector<Item> items;
  const auto integer = [&](std::int64_t n) {
    items.push_back({true, true, static_cast<long double>(n), std::to_string(n)});
  };
  const auto floating = [&](double d) {
    char buffer[32];
    items.push_back({true, false, d, std::string(format_double(d, buffer))});
  };
  switch (value.kind) {
    case Kind::integer:
      integer(value.integer());
      break;
    case Kind::floating:
      floating(value.floating());
      break;
    case Kind::boolean:
      items.push_back(text_item(value.word != 0 ? "true" : "false"));
      break;
    case Kind::text:
      items.push_back(text_item(std::string(value.text())));
      break;
    case Kind::integer_array:
      for (std::uint32_t i = 0; i < value.size; ++i) integer(value.pointer<std::int64_t>()[i]);
      break;
    case Kind::float_array:
      for (std::uint32_t i = 0; i < value.size; ++i) floating(value.pointer<double>()[i]);
      break;
    case Kind::text_array:
      for (std::uint32_t i = 0; i < value.size; ++i) {
        items.push_back(text_item(std::string(value.pointer<TextRef>()[i].view())));
      }
      break;
    default:
      break;
  }
  return items;
}

// Folds the letters that the random texts are made of, by replacing them.
inline std::string fold(std::string text) {
  const std::pair<std::string_view, std::string_view> letters[] = {
      {"A", "a"}, {"B", "b"}, {"K", "k"}, {"X", "x"},
      {"Ж", "ж"}, {"Я", "я"}, {"Ⱥ", "ⱥ"}, {"\xE2\x84\xAA", "k"}};
  for (const auto& [from, to] : letters) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

inline std::optional<long double> number_in(const std::string& text) {
  static const std::regex form("-?[0-9]+(\\.[0-9]+)?");
  if (!std::regex_match(text, form)) return std::nullopt;
  if (text.find('.') != std::string::npos) return std::stod(text);
  return std::stold(text);
}

// As 16 bytes of bits, IPv4 after ::ffff:.
inline std::optional<std::string> bits_of(const std::string& text) {
  unsigned char bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (inet_pton(AF_INET, text.c_str(), bytes + 12) != 1 &&
      inet_pton(AF_INET6, text.c_str(), bytes) != 1) {
    return std::nullopt;
  }
  std::string bits;
  for (const unsigned char byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) bits += (byte >> bit & 1) != 0 ? '1' : '0';
  }
  return bits;
}

inline bool in_subnet(const std::string& address, const std::string& subnet) {
  const std::string mapped = std::string(80, '0') + std::string(16, '1');
  const auto point = bits_of(address);
  const std::size_t slash = subnet.find('/');
  const auto network = bits_of(subnet.substr(0, slash));
  if (!point || !network) return false;
  const bool quad = subnet.find(':') == std::string::npos;
  std::size_t length = 128;
  if (slash != std::string::npos) {
    length = std::stoul(subnet.substr(slash + 1)) + (quad ? 96 : 0);
  }
  if (length < 96 && point->starts_with(mapped)) return false;
  return point->substr(0, length) == network->substr(0, length);
}

inline bool holds(Operator op, long double difference) {
  switch (op) {
    case Operator::less:
      return difference < 0;
    case Operator::less_equal:
      return difference <= 0;
    case Operator::greater:
      return difference > 0;
    default:
      return difference >= 0;
  }
}

inline bool ordered(Operator op, const Item& left, const Item& right, bool ignore_case) {
  if (!left.number && !right.number) {
    const std::string a = ignore_case ? fold(left.text) : left.text;
    const std::string b = ignore_case ? fold(right.text) : right.text;
    return holds(op, a.compare(b));
  }
  const auto a = left.number ? std::optional(left.value) : number_in(left.text);
  const auto b = right.number ? std::optional(right.value) : number_in(right.text);
  if (!a || !b || std::isnan(*a) || std::isnan(*b)) return false;
  return holds(op, *a < *b ? -1 : *a > *b ? 1 : 0);
}

inline bool equal(const Item& left, const Item& right, bool ignore_case) {
  if (left.number && right.number) return left.value == right.value;
  if (!left.number && !right.number) {
    return ignore_case ? fold(left.text) == fold(right.text) : left.text == right.text;
  }
  const Item& number = left.number ? left : right;
  const std::string& text = left.number ? right.text : left.text;
  const auto other = number_in(text);
  if (!other || (number.integral && text.find('.') != std::string::npos)) return false;
  return number.integral ? number.value == *other
                         : number.value == static_cast<long double>(static_cast<double>(*other));
}

inline bool has_bit(const Item& left, const std::string& bit) {
  const auto value = left.number ? std::optional(left.value) : number_in(left.text);
  if (!value || std::trunc(*value) != *value || std::abs(*value) > 9.2e18L) return false;
  if (!left.number && left.text.find('.') != std::string::npos) return false;
  return (static_cast<std::int64_t>(*value) >> std::stoi(bit) & 1) != 0;
}

inline bool one(Operator op, const Item& left, const Item& right, bool ignore_case) {
  const std::string text = ignore_case ? fold(left.text) : left.text;
  const std::string constant = ignore_case ? fold(right.text) : right.text;
  switch (op) {
    case Operator::equal:
      return equal(left, right, ignore_case);
    case Operator::contains:
      return text.find(constant) != std::string::npos;
    case Operator::starts_with:
      return text.starts_with(constant);
    case Operator::ends_with:
      return text.ends_with(constant);
    case Operator::match:
      return std::regex_search(text, std::regex(constant));
    case Operator::in_subnet:
      return in_subnet(left.text, right.text);
    case Operator::has_bit:
      return has_bit(left, right.text);
    default:
      return ordered(op, left, right, ignore_case);
  }
}

}  // namespace weir::filter::naive
