#include "commands/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace weir::host {
namespace {

constexpr std::size_t kWidestLine = 100;  // columns of a line that are shown
constexpr std::size_t kBefore = 60;       // of them before the caret, where the line is cut

// A document may be one line of megabytes, with a diagnostic every few bytes.
constexpr std::size_t kLongestLine = std::size_t{64} << 10;

constexpr std::string_view kUnreadable = "\xef\xbf\xbd";  // U+FFFD

struct Glyph {
  std::string_view text;
  char32_t code = 0;
  std::size_t width = 1;
};

struct Range {
  char32_t first, last;
};

// After Unicode's EastAsianWidth.txt (W and F), in blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x4dbf},  {0x4e00, 0xa4cf}, {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
// General categories Mn, Me and Cf, in blocks.
constexpr Range kCombining[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                                {0x64b, 0x65f},   {0x200b, 0x200f}, {0x202a, 0x202e},
                                {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                                {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};

template <std::size_t count>
bool is_in(const Range (&ranges)[count], char32_t code) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

// The character at the front, which it removes. An invalid byte is a character of its own.
Glyph next_glyph(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc2 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                           : lead < 0xf5 ? 4
                                         : 0;
  bool good = size > 0 && size <= text.size();
  char32_t code = size < 2 ? lead : lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; good && i < size; ++i) {
    good = (byte(i) & 0xc0u) == 0x80;
    code = (code << 6) | (byte(i) & 0x3fu);
  }
  const bool control = good && ((code < 0x20 && code != '\t') || (code >= 0x7f && code < 0xa0));
  Glyph glyph{good && !control ? text.substr(0, size) : kUnreadable, code, 1};
  if (good && is_in(kWide, code)) glyph.width = 2;
  if (good && is_in(kCombining, code)) glyph.width = 0;
  text.remove_prefix(good ? size : 1);
  return glyph;
}

std::vector<Glyph> line_glyphs(std::string_view document, std::uint64_t line) {
  if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);  // no column counts it
  for (; line > 1; --line) {
    const std::size_t end = document.find('\n');
    if (end == std::string_view::npos) return {};
    document.remove_prefix(end + 1);
  }
  std::string_view text = document.substr(0, document.find('\n'));
  if (text.size() > kLongestLine) return {};
  if (text.ends_with('\r')) text.remove_suffix(1);
  std::vector<Glyph> glyphs;
  while (!text.empty()) glyphs.push_back(next_glyph(text));
  return glyphs;
}

bool is_word(char32_t code) noexcept {
  return code >= 0x80 || code == '_' || code == '.' || code == '$' ||
         (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
         (code >= 'a' && code <= 'z');
}

// Behind the token that begins at `at`: a name, a number, text in quotes, or one character.
std::size_t token_end(const std::vector<Glyph>& glyphs, std::size_t at) noexcept {
  if (at >= glyphs.size()) return at;
  const char32_t first = glyphs[at].code;
  std::size_t end = at + 1;
  if (first == '\'' || first == '"' || first == '`') {
    while (end < glyphs.size() && glyphs[end].code != first) ++end;
    return end < glyphs.size() ? end + 1 : at + 1;
  }
  if (!is_word(first) && first != '/') return end;
  // Names with hyphens, addresses with a length, and paths are one to who reads them.
  const auto goes_on = [](const Glyph& glyph) {
    return is_word(glyph.code) || glyph.code == '-' || glyph.code == '/' || glyph.width == 0;
  };
  while (end < glyphs.size() && goes_on(glyphs[end])) ++end;
  return end;
}

}  // namespace

std::string excerpt(std::string_view document, std::uint64_t line, std::uint64_t column) {
  if (line == 0 || column == 0) return {};
  const std::vector<Glyph> glyphs = line_glyphs(document, line);
  if (glyphs.empty()) return {};
  const std::size_t at = std::min<std::size_t>(column - 1, glyphs.size());
  std::size_t width = 0;
  for (const Glyph& glyph : glyphs) width += glyph.width;
  std::size_t begin = 0;
  if (width > kWidestLine) {
    begin = at;
    for (std::size_t before = 0; begin > 0 && before < kBefore; --begin)
      before += glyphs[begin - 1].width;
  }
  const std::size_t last = token_end(glyphs, at);
  std::string shown = begin > 0 ? "…" : "";
  std::string mark = begin > 0 ? " " : "";
  std::size_t taken = 0;
  std::size_t i = begin;
  for (; i < glyphs.size() && taken < kWidestLine; ++i) {
    shown += glyphs[i].text;
    taken += glyphs[i].width;
    if (i < at && glyphs[i].code == '\t') mark += '\t';
    if (i < at && glyphs[i].code != '\t') mark.append(glyphs[i].width, ' ');
    if (i == at) mark += '^' + std::string(std::max<std::size_t>(glyphs[i].width, 1) - 1, '~');
    if (i > at && i < last) mark.append(glyphs[i].width, '~');
  }
  if (i < glyphs.size()) shown += "…";
  if (at == glyphs.size()) mark += '^';
  const std::string number = std::to_string(line);
  return fmt::format("  {} | {}\n  {} | {}\n", number, shown, std::string(number.size(), ' '),
                     mark);
}

}  // namespace weir::host
