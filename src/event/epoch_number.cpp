#include "event/epoch_number.h"

#include <cmath>

#include "base/ascii.h"
#include "base/text.h"

namespace weir {

namespace {

// floor(number / divisor)
std::int64_t floor_divide(std::int64_t number, std::int64_t divisor) noexcept {
  return number / divisor - (number % divisor < 0 ? 1 : 0);
}

// The digits of a number and where its point is.
struct Decimal {
  std::string_view whole, fraction;
  bool minus = false;
  int exponent = 0;
};

// Of an exponent more digits mean a number that does not fit, or nothing.
constexpr int max_exponent = 1000;

std::string_view take_all_digits(std::string_view& text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool read_exponent(std::string_view text, int& exponent) noexcept {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 3) return false;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    exponent = exponent * 10 + (c - '0');
  }
  if (minus) exponent = -exponent;
  return exponent < max_exponent;
}

bool read_decimal(std::string_view text, Decimal& number) noexcept {
  if ((number.minus = text.starts_with('-'))) text.remove_prefix(1);
  number.whole = take_all_digits(text);
  if (number.whole.empty()) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    number.fraction = take_all_digits(text);
    if (number.fraction.empty()) return false;
  }
  if (text.empty()) return true;
  return (text[0] == 'e' || text[0] == 'E') && read_exponent(text.substr(1), number.exponent);
}

// What nearly every text is: digits, and perhaps a fraction of a second. False of anything else.
bool read_plain(std::string_view text, EpochUnit unit, std::int64_t& millis) noexcept {
  constexpr std::size_t fits = 15;  // digits, also of a thousand times as many
  if (unit != EpochUnit::seconds && unit != EpochUnit::milliseconds) return false;
  std::int64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at == fits) return false;
    whole = whole * 10 + (text[at] - '0');
  }
  if (at == 0) return false;
  std::int64_t fraction = 0;
  if (at < text.size()) {
    if (text[at] != '.' || ++at == text.size()) return false;
    for (std::int64_t scale = 100; at < text.size(); ++at, scale /= 10) {
      if (!is_digit(text[at])) return false;
      fraction += scale * (text[at] - '0');
    }
  }
  millis = unit == EpochUnit::seconds ? whole * 1000 + fraction : whole;
  return true;
}

}  // namespace

std::optional<std::int64_t> epoch_millis(std::string_view text, EpochUnit unit) noexcept {
  if (std::int64_t millis = 0; read_plain(text, unit, millis)) return millis;
  Decimal number;
  if (!read_decimal(text, number)) return std::nullopt;
  const auto whole_size = static_cast<std::ptrdiff_t>(number.whole.size());
  const auto size = whole_size + static_cast<std::ptrdiff_t>(number.fraction.size());
  const std::ptrdiff_t kept = whole_size + number.exponent - static_cast<int>(unit);
  std::int64_t millis = 0;  // negative, for there is one more of those
  bool rest = false;        // something was left out
  for (std::ptrdiff_t i = 0; i < size || (i < kept && millis != 0); ++i) {
    const char c = i >= size        ? '0'
                   : i < whole_size ? number.whole[static_cast<std::size_t>(i)]
                                    : number.fraction[static_cast<std::size_t>(i - whole_size)];
    if (i >= kept)
      rest = rest || c != '0';
    else if (__builtin_mul_overflow(millis, 10, &millis) ||
             __builtin_sub_overflow(millis, c - '0', &millis))
      return std::nullopt;
  }
  if (number.minus) {
    if (rest && __builtin_sub_overflow(millis, 1, &millis)) return std::nullopt;
  } else if (__builtin_sub_overflow(std::int64_t{0}, millis, &millis)) {
    return std::nullopt;
  }
  return millis;
}

std::optional<std::int64_t> epoch_millis(std::int64_t number, EpochUnit unit) noexcept {
  switch (unit) {
    case EpochUnit::seconds:
      if (__builtin_mul_overflow(number, 1000, &number)) return std::nullopt;
      return number;
    case EpochUnit::milliseconds:
      return number;
    case EpochUnit::microseconds:
      return floor_divide(number, 1000);
    case EpochUnit::nanoseconds:
      return floor_divide(number, 1'000'000);
  }
  return std::nullopt;
}

std::optional<std::int64_t> epoch_millis(double number, EpochUnit unit) noexcept {
  // Below 2^31 doubles lie closer than a millionth, so one that is the nearest to some number of
  // millionths is so to no other, and its shortest text is that number's. It costs a twentieth of
  // the text.
  constexpr double limit = 0x1p31;
  if (unit == EpochUnit::seconds && number > -limit && number < limit) {
    const std::int64_t micros = std::llrint(number * 1e6);
    if (static_cast<double>(micros) / 1e6 == number) return floor_divide(micros, 1000);
  }
  if (!std::isfinite(number)) return std::nullopt;
  char digits[32];
  return epoch_millis(format_double(number, digits), unit);
}

}  // namespace weir
