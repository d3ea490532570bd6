// Case folding as Unicode's simple folding has it (CaseFolding.txt, statuses C and S): Cyrillic and
// Greek as well as Latin, one code point to one code point. The table is generated at build time.
//
// Text is folded as bytes to bytes: a byte that is not UTF-8 stays as it is. Folding can lengthen a
// text by half, never more. Comparisons with a text that is folded already walk both at once and
// allocate nothing. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::filter {

char32_t fold(char32_t code_point) noexcept;

// For constants, while a filter is built.
std::string folded(std::string_view text);

// For event text: the view is of `buffer`, which only ever grows. May throw bad_alloc.
std::string_view fold_into(std::string_view text, std::string& buffer);

// How the folded form of a text stands to a folded constant, by code point.
enum class FoldedOrder : std::uint8_t {
  equal,
  text_ended,      // the text is a proper prefix of the constant: it comes before
  constant_ended,  // the constant is a proper prefix of the text: the text comes after
  before,
  after,
};
FoldedOrder compare_folded(std::string_view text, std::string_view folded_constant) noexcept;

inline bool equals_folded(std::string_view text, std::string_view folded_constant) noexcept {
  return compare_folded(text, folded_constant) == FoldedOrder::equal;
}
inline bool starts_with_folded(std::string_view text, std::string_view folded_constant) noexcept {
  const FoldedOrder order = compare_folded(text, folded_constant);
  return order == FoldedOrder::equal || order == FoldedOrder::constant_ended;
}

}  // namespace weir::filter
