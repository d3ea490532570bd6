#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

namespace weir {

namespace {

// The size of the UTF-8 sequence at `at`, 0 if it is none.
std::size_t sequence(std::string_view s, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(at);
  const unsigned second = byte(at + 1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(at + 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;  // surrogates are no characters
    return second >= low && second <= high && tail(at + 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high && tail(at + 2) && tail(at + 3) ? 4 : 0;
  }
  return 0;
}

using Letters = std::vector<std::uint32_t>;

// The code points of a word, those of ASCII without their case; a byte that is none stands for
// itself, beyond them.
Letters letters_of(std::string_view word) {
  Letters letters;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t size = sequence(word, at);
    const auto first = static_cast<unsigned char>(word[at]);
    std::uint32_t letter = size == 0 ? 0x110000U + first : first;
    if (size > 1) letter = first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
      letter = letter << 6 | (static_cast<unsigned char>(word[at + i]) & 0x3FU);
    letters.push_back(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
    at += std::max<std::size_t>(1, size);
  }
  return letters;
}

// Edits to turn one word into the other, a swap of neighbours being one (optimal string alignment).
std::size_t distance(const Letters& a, const Letters& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

bool is_cyrillic(std::uint32_t letter) noexcept { return letter >= 0x400 && letter < 0x530; }

// The words differ in nothing but Cyrillic letters of the first, which may look like those of the
// other.
bool differs_in_cyrillic(std::string_view word, std::string_view other) {
  const Letters a = letters_of(word), b = letters_of(other);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && (!is_cyrillic(a[i]) || is_cyrillic(b[i]))) return false;
  return true;
}

}  // namespace

std::string_view first_code_points(std::string_view text, std::size_t count) noexcept {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += std::max<std::size_t>(1, sequence(text, at));
  return text.substr(0, at);
}

std::size_t count_code_points(std::string_view utf8) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < utf8.size(); ++count)
    at += std::max<std::size_t>(1, sequence(utf8, at));
  return count;
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = sequence(text, at);
    if (size == 0) return at;
    at += size;
  }
  return std::string_view::npos;
}

// What is looked at of a document's own names, for each of its mistakes.
constexpr std::size_t most_candidates = 2'000;

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  if (word.size() > 128) return best;
  const Letters letters = letters_of(word);
  std::size_t best_distance = std::max<std::size_t>(1, letters.size() / 3) + 1;
  candidates = candidates.first(std::min(candidates.size(), most_candidates));
  for (const std::string_view candidate : candidates) {
    const Letters others = letters_of(candidate);
    const auto [less, more] = std::minmax({letters.size(), others.size()});
    if (more - less >= best_distance) continue;
    const std::size_t edits = distance(letters, others);
    if (edits < best_distance && edits < letters.size()) best = candidate, best_distance = edits;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view best = nearest(word, candidates);
  if (best.empty()) return {};
  // What looks the same is no help without a word more.
  const bool cyrillic = letters_of(word) != letters_of(best) && differs_in_cyrillic(word, best);
  return fmt::format("; did you mean '{}'{}?", best, cyrillic ? ", in Latin letters" : "");
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_json_number(std::string_view text, bool& whole) noexcept {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > start;
  };
  const std::size_t first = at;
  if (!digits() || (text[first] == '0' && at - first > 1)) return false;
  whole = at == text.size();
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

std::optional<double> parse_number(std::string_view text) noexcept {
  bool whole = false;
  if (!is_json_number(text, whole)) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

namespace {

// True of eight bytes that a JSON string holds as they are: ASCII but control characters, quotes
// and backslashes.
bool is_plain(const char* eight) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  // A byte below n borrows from its top bit when n is taken away; none that is plain does.
  const std::uint64_t quotes = (word ^ ones * '"') - ones;
  const std::uint64_t backslashes = (word ^ ones * '\\') - ones;
  return ((word | (word - ones * 0x20) | quotes | backslashes) & tops) == 0;
}

// How many such bytes there are from `at` on.
std::size_t plain_size(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end + 8 <= text.size() && is_plain(text.data() + end)) end += 8;
  if (end > at && end + 8 > text.size() && is_plain(text.data() + text.size() - 8))
    return text.size() - at;
  const auto plain = [](char c) { return c >= 0x20 && c != '"' && c != '\\'; };
  while (end < text.size() && plain(text[end])) ++end;
  return end - at;
}

}  // namespace

bool equals_nocase(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t plain = plain_size(text, at); plain > 0) {
      out.append(text, at, plain);
      at += plain;
      continue;
    }
    const char c = text[at];
    const std::size_t size = sequence(text, at);
    if (size == 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    } else {
      out.append(text, at, size);
    }
    at += std::max<std::size_t>(1, size);
  }
  out += '"';
}

std::string_view format_double(double number, std::span<char, 32> buffer) noexcept {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

std::string_view format_integer(std::int64_t number, std::span<char, 32> buffer) noexcept {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace weir
