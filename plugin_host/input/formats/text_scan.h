// What the readers of text formats have in common: classes of characters, bodies that name
// themselves, and what is said of a message that cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace weir::host {

inline constexpr std::size_t npos = std::string_view::npos;
inline constexpr std::string_view kWhiteSpace = " \t\r\n";

// Why a message cannot be read: a clause, and where in it.
struct Problem {
  std::string reason;
  std::size_t offset = 0;
};

inline bool fail(Problem& problem, std::string reason, std::size_t offset) {
  problem = {std::move(reason), offset};
  return false;
}

inline bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
inline bool is_letter(char c) noexcept { return is_upper(c) || (c >= 'a' && c <= 'z'); }
inline bool is_alphanumeric(char c) noexcept { return is_digit(c) || is_letter(c); }

// The value of a hexadecimal digit in either case, -1 if it is none.
inline int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

inline std::size_t skip_digits(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

inline std::string_view without_blanks_behind(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Datagrams often end as lines of files or strings of C do.
inline std::string_view without_line_end(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) {
    text.remove_suffix(1);
  }
  return text;
}

// What the message of a syslog line is.
enum class Body : std::uint8_t { text, cef, leef };

// The body that begins at an offset: a marker and a version, such as `CEF:0`. Some products put a
// blank between them.
inline Body body_at(std::string_view text, std::size_t at) noexcept {
  const std::string_view rest = text.substr(at);
  const auto versioned = [rest](std::size_t marker) {
    const std::size_t version = skip_blanks(rest, marker);
    return version < rest.size() && is_digit(rest[version]);
  };
  if (rest.starts_with("CEF:") && versioned(4)) return Body::cef;
  if (rest.starts_with("LEEF:") && versioned(5)) return Body::leef;
  return Body::text;
}

}  // namespace weir::host
