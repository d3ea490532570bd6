#include "input/formats/zeek_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "input/formats/text_scan.h"

namespace weir::host {
namespace {

constexpr std::size_t kEscape = 4;  // bytes of `\xHH`

// The byte of the `\xHH` that stands there; -1 when none does.
int escaped_byte(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < kEscape || text[at] != '\\' || text[at + 1] != 'x') return -1;
  const int high = hex_digit(text[at + 2]);
  const int low = hex_digit(text[at + 3]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// As Zeek's json_escape_utf8 has it.
bool is_kept_escaped(int byte) noexcept {
  if (byte >= ' ') return byte == 0x7F;
  return std::memchr("\b\f\n\r\t", byte, 5) == nullptr;
}

// How many bytes the sequence has that begins with `lead`, and where its second one may lie
// (RFC 3629, section 4); 0 for what begins none.
struct Sequence {
  std::size_t size = 0;
  int least = 0x80;
  int most = 0xBF;
};

Sequence sequence_of(int lead) noexcept {
  if (lead < 0xC2 || lead > 0xF4) return {};
  if (lead < 0xE0) return {2};
  if (lead < 0xF0) return {3, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF};
  return {4, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF};
}

// Writes the character whose bytes are escaped from `at` on. Returns how many there were; 0 when
// they make none.
std::size_t write_character(std::string_view text, std::size_t at, int lead, char* out) noexcept {
  const Sequence sequence = sequence_of(lead);
  if (sequence.size == 0) return 0;
  out[0] = static_cast<char>(lead);
  for (std::size_t i = 1; i < sequence.size; ++i) {
    const std::size_t next = at + i * kEscape;
    const int byte = next < text.size() ? escaped_byte(text, next) : -1;
    if (byte < (i == 1 ? sequence.least : 0x80) || byte > (i == 1 ? sequence.most : 0xBF)) return 0;
    out[i] = static_cast<char>(byte);
  }
  return sequence.size;
}

// Powers of ten that a double holds exactly.
constexpr std::array<double, 16> kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
// As many digits always make an integer that a double holds exactly, too.
constexpr std::size_t kExactDigits = 15;

bool read_any_real(std::string_view text, double& number) noexcept {
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(read))
    return false;
  number = read;
  return true;
}

}  // namespace

std::string unescape_zeek(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const int byte = escaped_byte(text, at);
    if (byte >= 0) {
      out += static_cast<char>(byte);
      at += kEscape;
      continue;
    }
    out += text[at];
    at += text.substr(at, 2) == "\\\\" ? 2 : 1;
  }
  return out;
}

std::size_t unescape_zeek(std::string_view text, char* out) noexcept {
  char* const begin = out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t escape = std::min(text.find('\\', at), text.size());
    std::memcpy(out, text.data() + at, escape - at);
    out += escape - at;
    at = escape;
    if (at == text.size()) break;
    const int byte = escaped_byte(text, at);
    if (byte < 0) {
      *out++ = '\\';
      at += text.substr(at, 2) == "\\\\" ? 2 : 1;
    } else if (byte < 0x80 && !is_kept_escaped(byte)) {
      *out++ = static_cast<char>(byte);
      at += kEscape;
    } else if (const std::size_t bytes = write_character(text, at, byte, out)) {
      out += bytes;
      at += bytes * kEscape;
    } else {
      std::memcpy(out, text.data() + at, kEscape);
      out += kEscape;
      at += kEscape;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

bool read_zeek_integer(std::string_view text, std::int64_t& number) noexcept {
  std::int64_t read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  number = read;
  return true;
}

bool read_zeek_real(std::string_view text, double& number) noexcept {
  const bool negative = !text.empty() && text[0] == '-';
  std::uint64_t digits = 0;
  std::size_t point = text.size();  // where it stands
  std::size_t at = negative ? 1 : 0;
  // Without leading zeros a longer text could still be exact; Zeek writes six decimals, so that it
  // is rare.
  if (text.size() > at + kExactDigits + 1) return read_any_real(text, number);
  const std::size_t first = at;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
    } else if (c == '.' && point == text.size()) {
      point = at;
    } else {
      return read_any_real(text, number);
    }
  }
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  const std::size_t count = text.size() - first - (point == text.size() ? 0 : 1);
  if (count == 0 || count > kExactDigits) return read_any_real(text, number);
  // One division of two exact numbers is rounded once (Clinger, How to read floating point numbers
  // accurately, 1990).
  const double magnitude = static_cast<double>(digits) / kPowers[decimals];
  number = negative ? -magnitude : magnitude;
  return true;
}

}  // namespace weir::host
