// The values of Zeek's tab-separated logs as text: escapes and numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::host {

// `\xHH` is the byte HH and `\\` a backslash; any other backslash is one too. Every byte is given
// back, as the lines of a header want it.
std::string unescape_zeek(std::string_view text);

// The same for a value, but what Zeek's own JSON keeps escaped stays as it is: control characters
// that JSON has no short escape for, and bytes that are no UTF-8. So a value is the same text from
// either log, and no NUL or broken UTF-8 gets in by an escape. Returns the size written.
// REQUIRES: room for text.size() bytes at `out`.
std::size_t unescape_zeek(std::string_view text, char* out) noexcept;

// A whole decimal integer that fits; false, and `number` is untouched, for anything else.
bool read_zeek_integer(std::string_view text, std::int64_t& number) noexcept;

// A finite decimal number, correctly rounded; likewise.
bool read_zeek_real(std::string_view text, double& number) noexcept;

}  // namespace weir::host
