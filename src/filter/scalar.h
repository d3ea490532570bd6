// One number or text, and how two of them compare: the rules of docs/filters.md in one place.
// Nothing here allocates or throws.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/text.h"
#include "event/value.h"

namespace weir::filter {

struct Scalar {
  enum class Kind : std::uint8_t { integer, floating, text };
  Kind kind = Kind::text;
  std::int64_t integer = 0;
  double floating = 0;
  std::string_view text;

  bool is_text() const noexcept { return kind == Kind::text; }

  static Scalar of(std::int64_t number) noexcept { return {Kind::integer, number, 0, {}}; }
  static Scalar of(double number) noexcept { return {Kind::floating, 0, number, {}}; }
  static Scalar of(std::string_view text) noexcept { return {Kind::text, 0, 0, text}; }
};

inline constexpr double two_to_63 = 9223372036854775808.0;

// Exact: an int64 is never rounded to a double.
inline std::partial_ordering compare(std::int64_t a, double b) noexcept {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= two_to_63) return std::partial_ordering::less;
  if (b < -two_to_63) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto integer = static_cast<std::int64_t>(whole);
  if (a != integer) return a <=> integer;
  return whole <=> b;
}

inline std::partial_ordering reversed(std::partial_ordering order) noexcept { return 0 <=> order; }

// REQUIRES: neither is text.
inline std::partial_ordering compare_numbers(const Scalar& a, const Scalar& b) noexcept {
  const bool a_integer = a.kind == Scalar::Kind::integer;
  if (a_integer && b.kind == Scalar::Kind::integer) return a.integer <=> b.integer;
  if (a_integer) return compare(a.integer, b.floating);
  if (b.kind == Scalar::Kind::integer) return reversed(compare(b.integer, a.floating));
  return a.floating <=> b.floating;
}

// The number that a text is, if it is one.
inline std::optional<Scalar> number_of(std::string_view text) noexcept {
  if (const auto integer = parse_integer(text)) return Scalar::of(*integer);
  if (const auto number = parse_number(text)) return Scalar::of(*number);
  return std::nullopt;
}

// A text converted to the type of `like`: only a whole decimal number becomes an integer.
inline std::optional<Scalar> number_like(const Scalar& like, std::string_view text) noexcept {
  if (like.kind == Scalar::Kind::floating) {
    const auto number = parse_number(text);
    return number ? std::optional(Scalar::of(*number)) : std::nullopt;
  }
  if (const auto integer = parse_integer(text)) return Scalar::of(*integer);
  return std::nullopt;
}

// A number against text that is a number: by value; against other text: unordered.
inline std::partial_ordering compare_mixed(const Scalar& number, std::string_view text) noexcept {
  const auto other = number_of(text);
  return other ? compare_numbers(number, *other) : std::partial_ordering::unordered;
}

inline bool numbers_equal(const Scalar& number, const Scalar& other) noexcept {
  if (!other.is_text()) return compare_numbers(number, other) == 0;
  const auto converted = number_like(number, other.text);
  return converted && compare_numbers(number, *converted) == 0;
}

inline std::string_view text_of(const Scalar& scalar, std::span<char, 32> buffer) noexcept {
  if (scalar.is_text()) return scalar.text;
  return scalar.kind == Scalar::Kind::integer ? format_integer(scalar.integer, buffer)
                                              : format_double(scalar.floating, buffer);
}

// REQUIRES: not an array, not absent. JSON counts as its text.
inline Scalar scalar_of(const Value& value) noexcept {
  switch (value.kind) {
    case Kind::integer:
      return Scalar::of(value.integer());
    case Kind::floating:
      return Scalar::of(value.floating());
    case Kind::boolean:
      return Scalar::of(std::string_view(value.word != 0 ? "true" : "false"));
    default:
      return Scalar::of(value.text());
  }
}

// True if `test` is true of the scalar, or of any element of the array. Empty elements are absent.
template <class Test>
bool any_scalar(const Value& value, Test test) {
  switch (value.kind) {
    case Kind::absent:
      return false;
    case Kind::integer_array:
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (test(Scalar::of(value.pointer<std::int64_t>()[i]))) return true;
      }
      return false;
    case Kind::float_array:
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (test(Scalar::of(value.pointer<double>()[i]))) return true;
      }
      return false;
    case Kind::text_array:
      for (std::uint32_t i = 0; i < value.size; ++i) {
        const TextRef& element = value.pointer<TextRef>()[i];
        if (element.size != 0 && test(Scalar::of(element.view()))) return true;
      }
      return false;
    default:
      return test(scalar_of(value));
  }
}

// As any_scalar, each as its text: a number is its decimal text.
template <class Test>
bool any_text(const Value& value, Test test) {
  if (value.kind == Kind::text) return test(value.text());
  return any_scalar(value, [&](const Scalar& scalar) {
    char buffer[32];
    return test(text_of(scalar, buffer));
  });
}

}  // namespace weir::filter
