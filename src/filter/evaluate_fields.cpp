// Tests between two fields. The right one is a scalar: an array there is refused at load, and false
// of a field without a type.
#include "filter/compare.h"
#include "filter/evaluate.h"
#include "filter/fold.h"

namespace weir::filter {
namespace {

template <Part part>
bool field_has_part(const Instruction& i, const Value& left, const Value& right, Scratch& scratch) {
  char buffer[32];
  std::string_view constant = text_of(scalar_of(right), buffer);
  if (i.ignore_case) constant = fold_into(constant, scratch.folded_right);
  return any_text(left, [&](std::string_view text) {
    return has_part<part>(i.ignore_case ? fold_into(text, scratch.folded) : text, constant);
  });
}

bool fields_equal(const Instruction& i, const Value& left, const Value& right, Scratch& scratch) {
  const Scalar constant = scalar_of(right);
  std::string_view folded_text;
  if (i.ignore_case && constant.is_text()) {
    folded_text = fold_into(constant.text, scratch.folded_right);
  }
  return any_scalar(left, [&](const Scalar& scalar) {
    if (!scalar.is_text()) return numbers_equal(scalar, constant);
    if (!constant.is_text()) return numbers_equal(constant, scalar);
    return i.ignore_case ? equals_folded(scalar.text, folded_text) : scalar.text == constant.text;
  });
}

bool fields_ordered(const Instruction& i, const Value& left, const Value& right, Scratch& scratch) {
  if (is_array(left.kind)) return false;
  const Scalar a = scalar_of(left);
  const Scalar b = scalar_of(right);
  if (i.ignore_case && a.is_text() && b.is_text()) {
    const std::string_view folded_text = fold_into(b.text, scratch.folded_right);
    return holds(i.relation, order_of(compare_folded(a.text, folded_text)));
  }
  return holds(i.relation, order(a, b));
}

bool field_in_subnet(const Value& left, const Value& right) noexcept {
  if (right.kind != Kind::text) return false;
  const auto subnet = parse_subnet(right.text());
  return subnet && any_text(left, [&](std::string_view text) {
           const auto address = parse_address(text);
           return address && lookup::lies_in(*address, *subnet);
         });
}

}  // namespace

bool evaluate_fields(const Instruction& i, const Value& left, const Value& right,
                     Scratch& scratch) {
  if (is_absent(right) || is_array(right.kind)) return false;
  switch (i.test) {
    case Test::field_equal:
      return fields_equal(i, left, right, scratch);
    case Test::field_order:
      return fields_ordered(i, left, right, scratch);
    case Test::field_in_subnet:
      return field_in_subnet(left, right);
    case Test::field_contains:
      return field_has_part<Part::anywhere>(i, left, right, scratch);
    case Test::field_starts_with:
      return field_has_part<Part::beginning>(i, left, right, scratch);
    default:
      return field_has_part<Part::end>(i, left, right, scratch);
  }
}

}  // namespace weir::filter
