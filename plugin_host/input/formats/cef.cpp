#include "input/formats/cef.h"

#include <fmt/format.h>

#include <array>

#include "input/formats/syslog.h"
#include "input/formats/text_scan.h"

namespace weir::host {
namespace {

constexpr std::array<std::string_view, 7> kCefHeader = {
    "cef.version",     "cef.deviceVendor", "cef.deviceProduct", "cef.deviceVersion",
    "cef.signatureId", "cef.name",         "cef.severity"};

// Of keys of the extension. The specification has letters and digits; what sources send has also
// underscores, dots, in the parts behind a dot hyphens and commas (`ad.Error_,Code`), and an index
// at the end (`ad.field[0]`).
enum KeyCharacter : std::uint8_t { kNone = 0, kWord = 1, kDot = 2, kInner = 3 };

constexpr std::array<std::uint8_t, 256> kKeyCharacters = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kWord;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = kWord;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = kWord;
  classes['_'] = kWord;
  classes['.'] = kDot;
  classes['-'] = classes[','] = kInner;
  return classes;
}();

std::uint8_t key_character(char c) noexcept {
  return kKeyCharacters[static_cast<unsigned char>(c)];
}

// Where the brackets of an index begin that ends before `end`; `end` when there is none.
std::size_t index_begin(std::string_view text, std::size_t begin, std::size_t end) noexcept {
  if (end == begin || text[end - 1] != ']') return end;
  std::size_t at = end - 1;
  while (at > begin && is_digit(text[at - 1])) --at;
  return at > begin && at < end - 1 && text[at - 1] == '[' ? at - 1 : end;
}

// Where the key begins that ends before the `=` at `equals`; npos when that is no key but a sign in
// a value: a key is a run of its characters directly before the sign, with a blank before it or at
// the beginning of the extension, `first`. Nothing before `begin`, the sign before, is looked at.
// An escaped sign has a backslash where a key would end.
std::size_t key_begin(std::string_view text, std::size_t first, std::size_t begin,
                      std::size_t equals) noexcept {
  const std::size_t end = index_begin(text, begin, equals);
  std::size_t at = end;
  std::size_t first_dot = npos, first_inner = npos;
  for (; at > begin; --at) {
    const std::uint8_t c = key_character(text[at - 1]);
    if (c == kNone) break;
    if (c == kDot) first_dot = at - 1;
    if (c == kInner) first_inner = at - 1;
  }
  if (at == end || key_character(text[at]) != kWord) return npos;
  if (at > first && !is_blank(text[at - 1])) return npos;
  if (first_inner != npos && (first_dot == npos || first_inner < first_dot)) return npos;
  return at;
}

// The `|` that ends a part of the header: one behind an even number of backslashes.
std::size_t part_end(std::string_view text, std::size_t begin) noexcept {
  for (std::size_t at = text.find('|', begin); at != npos; at = text.find('|', at + 1)) {
    std::size_t before = at;
    while (before > begin && text[before - 1] == '\\') --before;
    if ((at - before) % 2 == 0) return at;
  }
  return npos;
}

// A text without its escapes; others than those of its place stay as they are.
template <class Unescape>
std::string_view unescaped(std::string_view text, Records& records, Unescape unescape) {
  std::size_t from = text.find('\\');
  if (from == npos) return text;
  char* const begin = records.take(text.size());
  char* to = begin;
  std::size_t copied = 0;
  for (; from != npos && from + 1 < text.size(); from = text.find('\\', from)) {
    const char meant = unescape(text[from + 1]);
    to += text.copy(to, from - copied, copied);
    if (meant != 0) {
      *to++ = meant;
    } else {
      *to++ = text[from];
      *to++ = text[from + 1];
    }
    from += 2;
    copied = from;
  }
  to += text.copy(to, npos, copied);
  return {begin, static_cast<std::size_t>(to - begin)};
}

char header_escape(char c) noexcept { return c == '|' || c == '\\' ? c : '\0'; }

char extension_escape(char c) noexcept {
  switch (c) {
    case '=':
    case '\\':
      return c;
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    default:
      return 0;
  }
}

// Adds the parts of the header. Returns where the extension begins, npos when the message was
// rejected.
std::size_t read_header(std::string_view text, std::size_t at, bool escapes, Records& records) {
  for (std::size_t i = 0; i < kCefHeader.size(); ++i) {
    std::size_t end = part_end(text, at);
    if (end == npos) {
      // The severity of an event without an extension may end the line.
      if (i + 1 < kCefHeader.size()) {
        records.reject(fmt::format("the CEF header ends before {}", kCefHeader[i + 1]),
                       text.size());
        return npos;
      }
      end = text.size();
    }
    const std::string_view part = text.substr(at, end - at);
    records.add(kCefHeader[i], escapes ? unescaped(part, records, header_escape) : part);
    at = end + 1;
  }
  return at < text.size() ? at : text.size();
}

void read_extension(std::string_view text, std::size_t at, bool escapes, Records& records) {
  const auto add = [&](std::string_view key, std::size_t begin, std::size_t end) {
    const std::string_view value = without_blanks_behind(text.substr(begin, end - begin));
    records.add(key, escapes ? unescaped(value, records, extension_escape) : value);
  };
  const std::size_t begin = skip_blanks(text, at);
  std::string_view key;
  std::size_t value = begin;
  std::size_t behind = begin;  // the last `=`
  for (std::size_t equals = text.find('=', begin); equals != npos;
       equals = text.find('=', behind)) {
    const std::size_t next = key_begin(text, begin, behind, equals);
    behind = equals + 1;
    if (next == npos) continue;
    if (!key.empty()) {
      add(key, value, next);
    } else if (next != begin) {
      break;
    }
    key = text.substr(next, equals - next);
    value = behind;
  }
  if (!key.empty()) {
    add(key, value, text.size());
  } else if (begin != text.size()) {
    records.reject("the CEF extension begins with text that is no key=value", begin);
  }
}

}  // namespace

void read_cef_at(std::string_view text, std::size_t at, Records& records) {
  text = without_line_end(text);
  if (const std::size_t feed = text.find('\n', at); feed != npos) {
    records.reject("a line feed in CEF that is not written as \\n", feed);
    return;
  }
  const bool escapes = text.find('\\', at) != npos;
  const std::size_t version = skip_blanks(text, at + 4);
  const std::size_t extension = read_header(text, version, escapes, records);
  if (extension != npos) read_extension(text, extension, escapes, records);
}

void read_cef(std::string_view text, Records& records) {
  const std::size_t at = read_prefix(text, Body::cef, records);
  if (at != npos) read_cef_at(text, at, records);
}

}  // namespace weir::host
