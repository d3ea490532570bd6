#include "enrich/go_number.h"

#include <charconv>
#include <cmath>

namespace weir::enrich {

std::string_view format_as_go(double number, std::span<char, 32> buffer) noexcept {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  char* last = std::to_chars(begin, end, number, std::chars_format::scientific).ptr;
  const std::string_view written(begin, static_cast<std::size_t>(last - begin));
  // The exponent has a sign, and two digits or three.
  const std::size_t mark = written.find('e');
  int exponent = 0;
  std::from_chars(begin + mark + 2, last, exponent);
  if (written[mark + 1] == '-') exponent = -exponent;
  if (exponent >= -4 && exponent < 6)
    last = std::to_chars(begin, end, number, std::chars_format::fixed).ptr;
  return {begin, static_cast<std::size_t>(last - begin)};
}

}  // namespace weir::enrich
