#include "filter/operand.h"

#include "filter/scalar.h"

namespace weir::filter {

const Value* find_entry(const LookupOperand& operand, const Value* row, const lookup::Clock& clock,
                        std::string& buffer) {
  char digits[32];
  if (operand.keys.size() == 1) {
    const Value& value = row[operand.keys[0]];
    if (is_absent(value) || is_array(value.kind)) return nullptr;
    return operand.table->find(text_of(scalar_of(value), digits), clock);
  }
  buffer.clear();
  bool first = true;
  for (const Slot slot : operand.keys) {
    if (!first) buffer += '|';
    first = false;
    const Value& value = row[slot];
    if (is_absent(value)) continue;
    if (is_array(value.kind)) return nullptr;
    buffer += text_of(scalar_of(value), digits);
  }
  return operand.table->find(buffer, clock);
}

Value look_up(const LookupOperand& operand, const Value* row, const lookup::Clock& clock,
              std::string& buffer) {
  const Value* const entry = find_entry(operand, row, clock, buffer);
  if (entry == nullptr) return {};
  const Value& value = entry[operand.column];
  if (!operand.index) return value;
  if (!is_array(value.kind) || *operand.index >= value.size) return {};
  return element_of(value, *operand.index);
}

}  // namespace weir::filter
