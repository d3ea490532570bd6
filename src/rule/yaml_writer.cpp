#include "rule/yaml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "base/uuid.h"

namespace weir::rule {

namespace {

constexpr std::size_t line_width = 100;  // of a line, as far as that can be had
constexpr std::size_t key_width = 10;    // of a key, where it is not known

bool is_word_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '(' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What YAML 1.1 or 1.2 takes for something else than text, in any case.
bool is_keyword(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{"null", "true", "false", "yes", "no",
                                                   "on",   "off",  "y",     "n",   "~"};
  std::string lower(text.substr(0, 6));
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text.size() < 6 && std::find(words.begin(), words.end(), lower) != words.end();
}

// The second byte of a control character from U+0080 to U+009F, or 0.
unsigned char high_control(std::string_view text) noexcept {
  if (text.size() < 2 || text[0] != '\xC2') return 0;
  const auto byte = static_cast<unsigned char>(text[1]);
  return byte < 0xA0 ? byte : 0;
}

// Every character stands for itself in every style: no controls, no ends of lines (U+2028, U+2029)
// and no byte order mark.
bool is_printable(std::string_view text) noexcept {
  for (const std::string_view end : {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"})
    if (text.find(end) != std::string_view::npos) return false;
  for (std::size_t i = 0; (i = text.find('\xC2', i)) != std::string_view::npos; ++i)
    if (high_control(text.substr(i)) != 0) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// In flow style too, so without the brackets and commas of that.
bool is_plain(std::string_view text, bool flow) {
  if (text.size() == 36 && parse_uuid(text)) return true;  // its dashes keep it from being a number
  if (text.empty() || !is_word_start(text.front()) || text.back() == ' ' || text.back() == ':')
    return false;
  if (!is_printable(text) || is_keyword(text)) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos)
    return false;
  return !flow || text.find_first_of(",[]{}:?'\"") == std::string_view::npos;
}

std::string in_double_quotes(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    } else if (const unsigned char control = high_control(text.substr(i)); control != 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", control);
      i += 1;
    } else if (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9") {
      out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (text.substr(i, 3) == "\xEF\xBB\xBF") {
      out += "\\ufeff";
      i += 2;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string in_quotes(std::string_view text) {
  if (!is_printable(text)) return in_double_quotes(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + '\'';
}

struct Piece {
  std::string_view text;
  bool joins = false;  // begins with a top-level `and` or `or`
};

// An expression at its spaces, those in quotes aside: each may become the end of a line.
std::vector<Piece> pieces_of(std::string_view expression) {
  std::vector<Piece> pieces;
  char quote = 0;
  int depth = 0;
  std::size_t begin = 0;
  bool joins = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '`') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (c == ' ' && i > begin && expression[i + 1] != ' ') {
      pieces.push_back({expression.substr(begin, i - begin), joins});
      begin = i + 1;
      const std::string_view rest = expression.substr(begin);
      joins = depth == 0 && (rest.starts_with("and ") || rest.starts_with("or "));
    }
  }
  pieces.push_back({expression.substr(begin), joins});
  return pieces;
}

}  // namespace

std::string yaml_text(std::string_view text) {
  return is_plain(text, false) ? std::string(text) : in_quotes(text);
}

std::string yaml_flow_text(std::string_view text) {
  return is_plain(text, true) ? std::string(text) : in_quotes(text);
}

std::string yaml_list(std::span<const std::string> items, std::size_t indent) {
  std::string out = "[";
  std::size_t column = indent + key_width;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = yaml_flow_text(items[i]);
    if (i > 0) {
      const bool full = column + item.size() + 2 > line_width;
      out += full ? ",\n" : ", ";
      if (full) out.append(indent, ' ');
      if (full) column = indent;
    }
    out += item;
    column += item.size() + 2;
  }
  return out + "]";
}

std::string yaml_expression(std::string_view expression, std::size_t key, std::size_t indent) {
  const bool foldable = is_printable(expression) && !expression.empty() &&
                        expression.front() != ' ' && expression.back() != ' ';
  if (is_plain(expression, false) && key + 1 + expression.size() <= line_width)
    return fmt::format(" {}\n", expression);
  if (!foldable) return fmt::format(" {}\n", in_double_quotes(expression));
  std::string out = " >-";
  const std::string margin(indent, ' ');
  const bool one_line = indent + expression.size() <= line_width;
  std::size_t column = line_width;
  for (const Piece& piece : pieces_of(expression)) {
    const bool fits = column + 1 + piece.text.size() <= line_width && !piece.joins;
    const bool first = out.size() == 3;
    if (first || !(one_line || fits)) {
      out += '\n';
      out += margin;
      column = indent;
    } else {
      out += ' ';
      ++column;
    }
    out += piece.text;
    column += piece.text.size();
  }
  return out + "\n";
}

}  // namespace weir::rule
