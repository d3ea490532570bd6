#include "filter/evaluate.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "filter/compare.h"
#include "filter/fold.h"

namespace weir::filter {
namespace {

// The integer of a value for hasBit, if it has one.
bool integer_of(const Value& value, std::int64_t& integer) noexcept {
  if (value.kind == Kind::integer) {
    integer = value.integer();
    return true;
  }
  if (value.kind == Kind::text) {
    const auto parsed = parse_integer(value.text());
    integer = parsed.value_or(0);
    return parsed.has_value();
  }
  if (value.kind != Kind::floating) return false;
  const double number = value.floating();
  if (!(number >= -two_to_63 && number < two_to_63) || std::trunc(number) != number) return false;
  integer = static_cast<std::int64_t>(number);
  return true;
}

bool has_bits(const Value& value, std::uint64_t mask) noexcept {
  std::int64_t integer = 0;
  return integer_of(value, integer) && (static_cast<std::uint64_t>(integer) & mask) == mask;
}

bool equals_number(const Value& value, const Scalar& number) noexcept {
  return any_scalar(value, [&](const Scalar& scalar) { return numbers_equal(number, scalar); });
}

// `items` are sorted. A NaN among the values is not less than any of them, and equals none.
template <class Number>
bool equals_any_number(const Value& value, const std::vector<Number>& items) noexcept {
  return any_scalar(value, [&](const Scalar& scalar) {
    const auto number =
        scalar.is_text() ? number_like(Scalar::of(Number{}), scalar.text) : std::optional(scalar);
    if (!number) return false;
    const auto found =
        std::lower_bound(items.begin(), items.end(), *number, [](Number item, const Scalar& other) {
          return compare_numbers(Scalar::of(item), other) < 0;
        });
    return found != items.end() && compare_numbers(Scalar::of(*found), *number) == 0;
  });
}

// What evaluate.h leaves: lists, arrays, values of another kind than the constant.
bool test_number(const Instruction& i, const Constants& constants, const Value& value) noexcept {
  switch (i.test) {
    case Test::integer_equal:
      return equals_number(value, Scalar::of(i.integer));
    case Test::integer_one_of:
      return equals_any_number(value, constants.integers[i.index]);
    case Test::floating_equal:
      return equals_number(value, Scalar::of(i.floating));
    case Test::floating_one_of:
      return equals_any_number(value, constants.floatings[i.index]);
    case Test::order_integer:
      return !is_array(value.kind) &&
             holds(i.relation, order(scalar_of(value), Scalar::of(i.integer)));
    default:  // order_floating
      return !is_array(value.kind) &&
             holds(i.relation, order(scalar_of(value), Scalar::of(i.floating)));
  }
}

bool test_order(const Instruction& i, const Constants& constants, const Value& value) noexcept {
  if (is_array(value.kind)) return false;
  const Scalar& constant = constants.scalars[i.index];
  const Scalar scalar = scalar_of(value);
  if (i.test == Test::order_text_folded && scalar.is_text()) {
    return holds(i.relation, order_of(compare_folded(scalar.text, constant.text)));
  }
  return holds(i.relation, order(scalar, constant));
}

template <Part part>
bool has_any_part(const Value& value, const std::vector<std::string_view>& list) {
  return any_text(value, [&](std::string_view text) {
    for (const std::string_view item : list) {
      if (has_part<part>(text, item)) return true;
    }
    return false;
  });
}

template <Part part>
bool has_any_part_folded(const Value& value, const std::vector<std::string_view>& list,
                         Scratch& scratch) {
  return any_text(value, [&](std::string_view text) {
    if (part == Part::beginning && list.size() == 1) return starts_with_folded(text, list[0]);
    const std::string_view folded_text = fold_into(text, scratch.folded);
    for (const std::string_view item : list) {
      if (has_part<part>(folded_text, item)) return true;
    }
    return false;
  });
}

bool test_parts(const Instruction& i, const Constants& constants, const Value& value,
                Scratch& scratch) {
  const auto& list = constants.text_lists[i.index];
  switch (i.test) {
    case Test::contains_any:
      return has_any_part<Part::anywhere>(value, list);
    case Test::contains_any_folded:
      return has_any_part_folded<Part::anywhere>(value, list, scratch);
    case Test::starts_with_any:
      return has_any_part<Part::beginning>(value, list);
    case Test::starts_with_any_folded:
      return has_any_part_folded<Part::beginning>(value, list, scratch);
    case Test::ends_with_any:
      return has_any_part<Part::end>(value, list);
    default:
      return has_any_part_folded<Part::end>(value, list, scratch);
  }
}

bool test_text(const Instruction& i, const Constants& constants, const Value& value,
               Scratch& scratch) {
  return any_text(value, [&](std::string_view text) {
    switch (i.test) {
      case Test::text_equal:
        return text == i.text();
      case Test::text_equal_folded:
        return equals_folded(text, i.text());
      case Test::text_one_of:
        return constants.text_sets[i.index].contains(text);
      case Test::text_one_of_folded:
        return constants.text_sets[i.index].contains(fold_into(text, scratch.folded));
      case Test::contains:
        return has_part<Part::anywhere>(text, i.text());
      case Test::contains_folded:
        return has_part<Part::anywhere>(fold_into(text, scratch.folded), i.text());
      case Test::match:
        return constants.patterns[i.index].match(text);
      default:  // in_subnets
        return constants.subnets[i.index].contains(text);
    }
  });
}

bool test_any(const Instruction& i, const Constants& constants, const Value& value,
              Scratch& scratch) {
  const MixedSet& set = constants.mixed_sets[i.index];
  const bool folds = i.test == Test::any_one_of_folded;
  return any_scalar(value, [&](const Scalar& scalar) {
    return set.contains(scalar, folds ? fold_into(scalar.text, scratch.folded) : scalar.text);
  });
}

bool test_part_set(const Instruction& i, const Constants& constants, const Value& value,
                   Scratch& scratch) {
  const PartSet& parts = constants.part_sets[i.index];
  const bool folds = i.test == Test::has_part_folded;
  return any_text(value, [&](std::string_view text) {
    return parts.found_in(folds ? fold_into(text, scratch.folded) : text);
  });
}

bool test_asked(const Instruction& i, const Constants& constants, const Value& value,
                Scratch& scratch) {
  return any_text(value, [&](std::string_view text) {
    switch (i.test) {
      case Test::has_vulnerability:
        return constants.vulnerabilities[i.index].holds(text, scratch.clock, scratch.folded);
      case Test::in_category:
        return constants.memberships[i.index].in_category(text, scratch.clock);
      default:
        return constants.memberships[i.index].in_group(text, scratch.clock);
    }
  });
}

inline bool test_values(const Instruction& i, const Constants& constants, const Value& value,
                        const Value& right, Scratch& scratch) {
  if (is_absent(value)) return i.if_absent;
  switch (i.test) {
    case Test::never:
      return false;
    case Test::integer_equal:
    case Test::integer_one_of:
    case Test::floating_equal:
    case Test::floating_one_of:
    case Test::order_integer:
    case Test::order_floating:
      return test_number(i, constants, value);
    case Test::any_one_of:
    case Test::any_one_of_folded:
      return test_any(i, constants, value, scratch);
    case Test::order_scalar:
    case Test::order_text_folded:
      return test_order(i, constants, value);
    case Test::text_equal:
    case Test::text_equal_folded:
    case Test::text_one_of:
    case Test::text_one_of_folded:
    case Test::contains:
    case Test::contains_folded:
    case Test::match:
    case Test::in_subnets:
      return test_text(i, constants, value, scratch);
    case Test::contains_any:
    case Test::contains_any_folded:
    case Test::starts_with_any:
    case Test::starts_with_any_folded:
    case Test::ends_with_any:
    case Test::ends_with_any_folded:
      return test_parts(i, constants, value, scratch);
    case Test::has_part:
    case Test::has_part_folded:
      return test_part_set(i, constants, value, scratch);
    case Test::has_bits:
      return has_bits(value, i.word);
    case Test::has_vulnerability:
    case Test::in_category:
    case Test::in_group:
      return test_asked(i, constants, value, scratch);
    default:
      return evaluate_fields(i, value, right, scratch);
  }
}

}  // namespace

bool evaluate_any(const Instruction& i, const Constants& constants, const Value* row,
                  Scratch& scratch) {
  if (i.indirect) return evaluate_operands(i, constants, row, scratch);
  return test_values(i, constants, row[i.left], row[i.right], scratch);
}

bool evaluate_values(const Instruction& i, const Constants& constants, const Value& left,
                     const Value& right, Scratch& scratch) {
  return test_values(i, constants, left, right, scratch);
}

}  // namespace weir::filter
