#include "rule/scalar_map.h"

#include <charconv>

namespace weir::rule {

namespace {

bool is_white(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t utf8_size(std::uint32_t code_point) noexcept {
  return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

// An escape of double quotes, YAML's or JSON's: its bytes in the source and in the value. A line
// that is continued has none in the value.
struct Escape {
  std::size_t source = 2;
  std::size_t value = 1;
};

std::uint32_t hex(std::string_view digits) noexcept {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

Escape read_escape(std::string_view rest) noexcept {
  const char kind = rest.size() > 1 ? rest[1] : '\0';
  switch (kind) {
    case 'x':
      return {4, utf8_size(hex(rest.substr(2, 2)))};
    case 'U':
      return {10, utf8_size(hex(rest.substr(2, 8)))};
    case 'u': {
      const std::uint32_t unit = rest.size() >= 6 ? hex(rest.substr(2, 4)) : 0;
      const bool pair = unit >= 0xD800 && unit < 0xDC00;  // JSON: two escapes, one code point
      return pair ? Escape{12, 4} : Escape{6, utf8_size(unit)};
    }
    case 'N':
    case '_':
      return {2, 2};
    case 'L':
    case 'P':
      return {2, 3};
    case '\n':
    case '\r':
      return {2, 0};
    default:
      return {2, 1};
  }
}

// Walks the value and the source side by side. White space is what a language may fold: the two
// need not agree on it.
class Walk {
 public:
  Walk(std::string_view text, const Node& scalar)
      : text_(text), scalar_(scalar), at_(scalar.offset) {
    const char first = at_ < text.size() ? text[at_] : '\0';
    if (scalar.quoted && (first == '\'' || first == '"')) {
      quote_ = first;
      ++at_;
    } else if (scalar.quoted) {  // a block scalar: its text begins on the next line
      while (at_ < text.size() && text[at_] != '\n') ++at_;
    }
  }

  // False where the two do not match.
  bool run(std::vector<std::uint32_t>& map) {
    const std::string_view value = scalar_.text;
    for (std::size_t i = 0; i < value.size();) {
      if (!is_white(value[i]))
        while (at_ < text_.size() && is_white(text_[at_])) ++at_;
      if (at_ >= text_.size() && !is_white(value[i])) return false;
      const std::size_t from = at_;
      const std::size_t bytes = step(value[i]);
      if (bytes == none) return false;
      for (std::size_t k = 0; k < bytes && i < value.size(); ++k)
        map[i++] = static_cast<std::uint32_t>(from);
    }
    map[value.size()] = static_cast<std::uint32_t>(at_);
    return at_ <= text_.size();
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  // Moves over what stands for the next bytes of the value; how many those are.
  std::size_t step(char want) {
    const char found = at_ < text_.size() ? text_[at_] : '\0';
    if (quote_ == '"' && found == '\\') {
      const Escape escape = read_escape(text_.substr(at_));
      at_ += escape.source;
      return escape.value;
    }
    if (quote_ == '\'' && found == '\'' && want == '\'') {
      at_ += 2;
      return 1;
    }
    if (found == want) {
      ++at_;
      return 1;
    }
    return is_white(want) ? 1 : none;  // folded: it stands for what comes
  }

  std::string_view text_;
  const Node& scalar_;
  std::size_t at_;
  char quote_ = '\0';
};

}  // namespace

std::vector<std::uint32_t> map_to_source(std::string_view text, const Node& scalar) {
  std::vector<std::uint32_t> map(scalar.text.size() + 1, scalar.offset);
  if (!Walk(text, scalar).run(map)) map.assign(map.size(), scalar.offset);
  return map;
}

}  // namespace weir::rule
