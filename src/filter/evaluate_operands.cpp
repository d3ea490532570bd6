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
  if (i.right_source == Source::field || !is_array(right.kind))
    return evaluate_values(i, constants, left, right, scratch);
  for (std::uint32_t element = 0; element < right.size; ++element)
    if (evaluate_values(i, constants, left, element_of(right, element), scratch)) return true;
  return false;
}

}  // namespace weir::filter
