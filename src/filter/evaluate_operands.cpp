// Conditions that fetch more than fields of the event: entries of lookups, and threat intelligence.
#include "filter/evaluate.h"

namespace weir::filter {
namespace {

Value fetch(Source source, Slot place, const Constants& constants, const Value* row,
            const lookup::Clock& clock, OperandScratch& scratch) {
  switch (source) {
    case Source::lookup:
      return look_up(constants.lookups[place], row, clock, scratch.text);
    case Source::intelligence:
      return intelligence(constants.intelligence[place], row, scratch);
    default:
      return row[place];
  }
}

// Several values are fetched from a list of a context table and from threat intelligence: any of
// them will do. Arrays of the event are for the tests themselves.
template <class Test>
bool any_element(const Value& value, Source source, Test test) {
  if (source == Source::field || !is_array(value.kind)) return test(value);
  for (std::uint32_t i = 0; i < value.size; ++i)
    if (test(element_of(value, i))) return true;
  return false;
}

}  // namespace

Value left_of(const Instruction& i, const Constants& constants, const Value* row,
              Scratch& scratch) {
  if (i.test == Test::has_entry || i.test == Test::ti_detect) return {};
  return fetch(i.left_source, i.left, constants, row, scratch.clock, scratch.left);
}

Value right_of(const Instruction& i, const Constants& constants, const Value* row,
               Scratch& scratch) {
  if (i.test < Test::field_equal) return {};
  return fetch(i.right_source, i.right, constants, row, scratch.clock, scratch.right);
}

bool evaluate_operands(const Instruction& i, const Constants& constants, const Value* row,
                       Scratch& scratch) {
  if (i.test == Test::has_entry)
    return find_entry(constants.lookups[i.index], row, scratch.clock, scratch.left.text) != nullptr;
  if (i.test == Test::ti_detect) return detects(constants.intelligence[i.index], row, scratch.left);
  const Value left = left_of(i, constants, row, scratch);
  if (is_absent(left)) return i.if_absent;
  const Value right = right_of(i, constants, row, scratch);
  return any_element(left, i.left_source, [&](const Value& one) {
    return any_element(right, i.right_source, [&](const Value& other) {
      return evaluate_values(i, constants, one, other, scratch);
    });
  });
}

}  // namespace weir::filter
