// Regular expressions of conversions: RE2, with groups, in bounded memory. Immutable; any thread.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::enrich {

// Throws Failure(invalid_document) whose position.offset is a byte of the pattern.
std::unique_ptr<const RE2> compile_expression(std::string_view pattern);

// What the first group matched, of an expression without groups all of the match. False if there is
// no match, or the group has no part in it. `found` lies in the text. Throws bad_alloc.
bool extract(const RE2& expression, std::string_view text, std::string_view& found);

// Replaces all matches. Of empty ones those that touch the match before them do not count.
class Replacement {
 public:
  // with: `$1`, `$name`, `${1}` and `${name}` stand for groups, `$$` for a dollar, as in Go
  // (https://pkg.go.dev/regexp#Regexp.Expand). Throws Failure(invalid_document): as
  // compile_expression, and without a position what is wrong with `with`.
  Replacement(std::string_view pattern, std::string_view with);

  // False if the result has more than `limit` bytes; what `out` holds then means nothing. REQUIRES:
  // text does not lie in out. Throws bad_alloc.
  bool apply(std::string_view text, std::string& out, std::size_t limit) const;

 private:
  // A text, and the group that stands behind it.
  struct Part {
    std::string text;
    int group = none;
  };
  static constexpr int none = -1;

  void read(std::string_view with);
  int group_of(std::string_view name) const;
  void expand(const re2::StringPiece* groups, std::string& out) const;

  std::unique_ptr<const RE2> expression_;
  std::vector<Part> parts_;
  int groups_ = 1;  // how many of a match are asked for; the first is all of it
};

}  // namespace weir::enrich
