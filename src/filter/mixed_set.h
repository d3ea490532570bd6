// The constants of `=` for a field of an open schema, whose values are of whatever kind they were
// fed as: is this number, or this text, equal to one of them? A number equals a text that reads as
// it.
//
// A look-up costs a binary search for each kind of number and one in a TextSet. Immutable once
// built; any thread may look up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "filter/scalar.h"
#include "filter/text_set.h"

namespace weir::filter {

class MixedSet {
 public:
  class Builder {
   public:
    void add_number(const Scalar& number);
    // compared: the text with which texts are compared, folded or as it is.
    void add_text(std::string_view text, std::string compared);
    MixedSet build();

   private:
    std::vector<std::int64_t> integers_, text_integers_;
    std::vector<double> doubles_, text_doubles_;
    std::vector<std::string> texts_;
  };

  // `compared`: of a text, that text folded or as it is; of a number, anything.
  bool contains(const Scalar& value, std::string_view compared) const noexcept;

 private:
  explicit MixedSet(TextSet texts) : texts_(std::move(texts)) {}

  // Each sorted. The last two: what numbers of either type are compared with when the constant is
  // text.
  std::vector<std::int64_t> integers_;
  std::vector<double> doubles_;
  std::vector<std::int64_t> text_integers_;
  std::vector<double> text_doubles_;
  TextSet texts_;
};

}  // namespace weir::filter
