// Turns one condition into an instruction: checks its operands against the operator table, converts
// the constants to what the left side holds, and says what evaluating it costs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/slots.h"
#include "filter/code.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

struct Leaf {
  Instruction instruction;
  std::uint32_t cost = 0;  // relative; about nanoseconds
};

inline bool is_integer(FieldType type) noexcept {
  return type == FieldType::number || type == FieldType::timestamp ||
         type == FieldType::number_array;
}
inline bool is_floating(FieldType type) noexcept {
  return type == FieldType::floating || type == FieldType::float_array;
}

class LeafBuilder {
 public:
  LeafBuilder(Constants& constants, SlotMap& slots, const Environment& environment)
      : constants_(constants), slots_(slots), environment_(environment) {}

  // Throws Failure whose offset is in the text of `condition`.
  Leaf build(const Node& condition);

 private:
  // One constant of the right side, with its place in the text.
  struct Item {
    const Constant* constant;
    Span span;
  };

  void build_test(Leaf& leaf);
  void build_equal(Leaf& leaf);
  void build_equal_numbers(Leaf& leaf, bool floating);
  void build_equal_texts(Leaf& leaf);
  void build_equal_any(Leaf& leaf);
  void build_order(Leaf& leaf);
  void build_subnets(Leaf& leaf);
  void build_parts(Leaf& leaf);
  void look_for(Leaf& leaf, Part part, bool folds, std::vector<std::string_view> texts);
  void build_match(Leaf& leaf);
  void add_pattern(Patterns& patterns, const Item& item) const;
  void build_bits(Leaf& leaf);
  void build_values(Leaf& leaf);
  void build_asked(Leaf& leaf);  // hasVulnerability, inCategory, inActiveDirectoryGroup

  // One side of an instruction: its source and place.
  struct Side {
    Source source = Source::field;
    Slot place = 0;
    std::uint32_t cost = 0;
  };
  Side side_of(const Operand& operand);
  LookupOperand looked_up(const Lookup& lookup);
  IntelligenceOperand intelligence_of(const Intelligence& asked);
  std::shared_ptr<const lookup::Table> table_of(lookup::Kind kind, std::string_view name);

  void check_operands();
  FieldType type_of(FieldId field) { return slots_.type(slots_.want(field)); }
  std::string left_name() const;
  std::int64_t to_integer(const Item& item) const;
  double to_double(const Item& item) const;
  std::string_view keep(std::string text);
  std::string converted(const Item& item) const;  // folded if the condition ignores case

  Constants& constants_;
  SlotMap& slots_;
  const Environment& environment_;
  // Of the condition being built.
  const Node* node_ = nullptr;
  FieldType type_ = FieldType::text;
  std::vector<Item> items_;
};

}  // namespace weir::filter
