#include "input/formats/leef.h"

#include <fmt/format.h>

#include <array>

#include "input/formats/syslog.h"
#include "input/formats/text_scan.h"

namespace weir::host {
namespace {

constexpr std::array<std::string_view, 5> kLeefHeader = {
    "leef.version", "leef.vendor", "leef.product", "leef.productVersion", "leef.eventId"};

// Longer than any that is meant as one.
constexpr std::size_t kLongestDelimiter = 16;

// What attributes are parted by.
struct Delimiter {
  std::array<char, kLongestDelimiter> bytes{'\t'};
  std::size_t size = 1;

  std::string_view text() const noexcept { return {bytes.data(), size}; }
};

// `0x09` or `x09`, with one to four digits: a code point; -1 for what is none.
int hex_code_point(std::string_view field) noexcept {
  if (field.starts_with('0')) field.remove_prefix(1);
  if (field.size() < 2 || field.size() > 5 || (field[0] != 'x' && field[0] != 'X')) return -1;
  int code = 0;
  for (const char c : field.substr(1)) {
    const int digit = hex_digit(c);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

Delimiter of_code_point(unsigned code) noexcept {
  Delimiter delimiter;
  const auto tail = [](unsigned bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (code < 0x80) {
    delimiter.bytes[0] = static_cast<char>(code);
  } else if (code < 0x800) {
    delimiter.bytes = {static_cast<char>(0xC0U | (code >> 6U)), tail(code)};
    delimiter.size = 2;
  } else {
    delimiter.bytes = {static_cast<char>(0xE0U | (code >> 12U)), tail(code >> 6U), tail(code)};
    delimiter.size = 3;
  }
  return delimiter;
}

// The field of LEEF 2.0. Some sources leave it out, so that the attributes stand where it should
// be: these have an equals sign. Others have it in LEEF 1.0, with a `|` behind it. Moves `at`
// behind it. False: it is too long to be one.
bool read_delimiter(std::string_view text, bool first_version, std::size_t& at,
                    Delimiter& delimiter) noexcept {
  const std::size_t end = text.find('|', at);
  if (end == npos && first_version) return true;
  const std::string_view field = text.substr(at, end == npos ? npos : end - at);
  const bool attributes = field.size() > 1 && field.find('=') != npos;
  if (attributes || (end == npos && field.empty())) return true;
  if (field.size() > kLongestDelimiter) return false;
  at = end == npos ? text.size() : end + 1;
  if (field.empty()) return true;
  if (const int code = hex_code_point(field); code >= 0) {
    delimiter = of_code_point(static_cast<unsigned>(code));
  } else {
    delimiter.size = field.copy(delimiter.bytes.data(), field.size());
  }
  return true;
}

void add_attribute(std::string_view attribute, Records& records) {
  const std::size_t equals = attribute.find('=');
  const std::size_t begin = skip_blanks(attribute, 0);
  const std::string_view key = without_blanks_behind(attribute.substr(begin, equals - begin));
  records.add(key, attribute.substr(equals + 1));
}

// Whether a part between delimiters is an attribute. If not, the delimiter before it belongs to the
// value of the attribute before.
bool is_attribute(std::string_view part) noexcept {
  const std::size_t equals = part.find('=');
  return equals != npos && skip_blanks(part, 0) != equals;
}

void read_attributes(std::string_view text, std::size_t at, std::string_view delimiter,
                     Records& records) {
  std::size_t begin = npos;  // of the attribute before
  std::size_t ended = at;    // it, so far
  while (at < text.size()) {
    const std::size_t found = text.find(delimiter, at);
    const std::size_t end = found == npos ? text.size() : found;
    const std::string_view part = text.substr(at, end - at);
    if (is_attribute(part)) {
      if (begin != npos) add_attribute(text.substr(begin, ended - begin), records);
      begin = at;
      ended = end;
    } else if (skip_blanks(part, 0) != part.size()) {
      if (begin == npos) {
        records.reject("the LEEF attributes begin with text that is no key=value", at);
        return;
      }
      ended = end;
    }
    at = end + delimiter.size();
  }
  if (begin != npos) add_attribute(text.substr(begin, ended - begin), records);
}

}  // namespace

void read_leef_at(std::string_view text, std::size_t at, Records& records) {
  text = without_line_end(text);
  at = skip_blanks(text, at + 5);
  const bool first_version = text[at] == '1';
  for (std::size_t i = 0; i < kLeefHeader.size(); ++i) {
    std::size_t end = text.find('|', at);
    if (end == npos) {
      // The event id may end the line.
      if (i + 1 < kLeefHeader.size()) {
        records.reject(fmt::format("the LEEF header ends before {}", kLeefHeader[i + 1]),
                       text.size());
        return;
      }
      end = text.size();
    }
    records.add(kLeefHeader[i], text.substr(at, end - at));
    at = end < text.size() ? end + 1 : end;
  }
  Delimiter delimiter;
  if (!read_delimiter(text, first_version, at, delimiter)) {
    records.reject("the LEEF delimiter is longer than 16 bytes", at);
    return;
  }
  read_attributes(text, at, delimiter.text(), records);
}

void read_leef(std::string_view text, Records& records) {
  const std::size_t at = read_prefix(text, Body::leef, records);
  if (at != npos) read_leef_at(text, at, records);
}

}  // namespace weir::host
