#include "filter/operand_check.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/convert.h"
#include "filter/lookup_check.h"
#include "filter/token.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

std::string_view describe(OperandKinds kind) noexcept {
  constexpr std::array<std::pair<OperandKinds, std::string_view>, 8> words{{
      {operand::field, "an event field"},
      {operand::active_list, "a value of an active list"},
      {operand::dictionary, "a value of a dictionary"},
      {operand::context_table, "a value of a context table"},
      {operand::table, "a value of a table"},
      {operand::intelligence, "threat intelligence"},
      {operand::constant, "a constant"},
      {operand::list, "a list"},
  }};
  for (const auto& [is, word] : words) {
    if (kind == is) return word;
  }
  return "this lookup";
}

// The operator that says the same with its sides exchanged. REQUIRES: an ordering
std::string_view mirrored(Operator op) noexcept {
  switch (op) {
    case Operator::less:
      return ">";
    case Operator::less_equal:
      return ">=";
    case Operator::greater:
      return "<";
    default:
      return "<=";
  }
}

bool is_ordering(Operator op) noexcept {
  return op >= Operator::less && op <= Operator::greater_equal;
}

class Check {
 public:
  Check(const Node& node, const Environment& environment, Schema schema)
      : node_(node), op_(traits(node.op)), environment_(environment), schema_(schema) {}

  void run() const {
    check_aggregates();
    if ((kind_of(node_.left) & op_.left) == 0) refuse_left(kind_of(node_.left));
    if ((kind_of(node_.right) & op_.right) == 0) refuse_right(kind_of(node_.right));
    check_asked();
    check_left();
    check_right();
  }

 private:
  std::uint32_t left() const noexcept { return node_.span.begin; }
  std::uint32_t right() const noexcept { return begin_of(node_.right_span); }
  // A tree that comes from no expression may lack the spans within a condition.
  std::uint32_t begin_of(Span span) const noexcept {
    return span.end != 0 ? span.begin : node_.span.begin;
  }

  // KUMA's own restriction; the table of operators in docs/filters.md has it.
  void check_aggregates() const {
    if (!environment_.aggregates) return;
    if (!op_.in_aggregates) refuse_in_aggregates(op_.name, begin_of(node_.op_span));
    if (kind_of(node_.left) == operand::intelligence) refuse_in_aggregates("ti(…)", left());
    if (kind_of(node_.right) == operand::intelligence) refuse_in_aggregates("ti(…)", right());
  }
  [[noreturn]] static void refuse_in_aggregates(std::string_view what, std::uint32_t offset) {
    fail(offset,
         fmt::format("'{}' cannot stand in the filter of an aggregation rule; use it in the "
                     "engine's filter or an enrichment rule's",
                     what));
  }

  // The operators that ask about an asset or an account need what knows them.
  void check_asked() const {
    const bool assets =
        node_.op == Operator::has_vulnerability || node_.op == Operator::in_category;
    if (!assets && node_.op != Operator::in_active_directory_group) return;
    const lookup::Kind kind = assets ? lookup::Kind::assets : lookup::Kind::directory;
    if (environment_.tables != nullptr && environment_.tables->find(kind, "") != nullptr) return;
    fail(begin_of(node_.op_span),
         fmt::format("'{}' needs {}; declare them under '{}'", op_.name,
                     assets ? "assets" : "accounts and their groups", lookup::kind_name(kind)));
  }

  [[noreturn]] void refuse_left(OperandKinds kind) const {
    if (kind == operand::nothing) {
      fail(left(), fmt::format("'{}' needs an event field on its left", op_.name));
    }
    std::string_view remedy = "write an event field or a lookup";
    if (is_function(node_.op)) {
      fail(left(), fmt::format("{} cannot stand left of '{}'; write {}", describe(kind), op_.name,
                               usage(node_.op)));
    }
    if ((kind & operand::constants) != 0) remedy = "write the event field first";
    fail(left(), fmt::format("{} cannot stand left of '{}'; {}", describe(kind), op_.name, remedy));
  }

  [[noreturn]] void refuse_right(OperandKinds kind) const {
    if (kind == operand::nothing) {
      fail(begin_of(node_.op_span), fmt::format("'{}' needs an operand on its right", op_.name));
    }
    if (is_function(node_.op)) {
      fail(right(),
           fmt::format("nothing stands right of '{}'; write {}", op_.name, usage(node_.op)));
    }
    if (kind == operand::list) {
      fail(right(), fmt::format("'{}' compares with one value, not with a list", op_.name));
    }
    std::string remedy = "write constants";
    if (node_.op == Operator::has_vulnerability) {
      remedy = "write a vulnerability such as 'CVE-2021-44228', a list of them, or nothing";
    } else if (is_ordering(node_.op)) {
      remedy = fmt::format("write it on the left, with '{}'", mirrored(node_.op));
    }
    fail(right(),
         fmt::format("{} cannot stand right of '{}'; {}", describe(kind), op_.name, remedy));
  }

  // `= ''`, which is true of an absent field of any type.
  bool asks_for_absence() const noexcept {
    const auto* constant = std::get_if<Constant>(&node_.right);
    return node_.op == Operator::equal && constant != nullptr && constant->quoted &&
           constant->text.empty();
  }

  void check_left() const {
    if (const auto* field = std::get_if<EventField>(&node_.left)) {
      const bool structured = field_type(field->id, schema_) == FieldType::structured;
      if (!structured || !asks_for_absence()) check_field(field->id, schema_, left());
      if (is_array(field_type(field->id, schema_)) && !op_.left_array) {
        fail(left(), fmt::format("'{}' does not take '{}', which is an array", op_.name,
                                 field_name(field->id)));
      }
    } else if (const auto* intelligence = std::get_if<Intelligence>(&node_.left)) {
      check_field(intelligence->field, schema_, left());
    } else if (const auto* lookup = std::get_if<Lookup>(&node_.left)) {
      const LookupPlace place{left(), node_.left_parts};
      if (is_function(node_.op)) {
        check_entry(*lookup, environment_, schema_, place);
        return;
      }
      check_value(*lookup, environment_, schema_, place);
      if (is_array(type_of_operand(node_.left, environment_, schema_)) && !op_.left_array) {
        fail(place.of(LookupPlace::column),
             fmt::format("'{}' does not take '{}', which is a list; write an index behind the "
                         "operand, such as [0]",
                         op_.name, lookup->column));
      }
    }
  }

  void check_right() const {
    if (const auto* field = std::get_if<EventField>(&node_.right)) {
      check_field(field->id, schema_, right());
      if (is_array(field_type(field->id, schema_))) {
        fail(right(), fmt::format("'{}' is an array, which cannot stand right of an operator; "
                                  "exchange the sides",
                                  field_name(field->id)));
      }
    } else if (const auto* intelligence = std::get_if<Intelligence>(&node_.right)) {
      check_field(intelligence->field, schema_, right());
    } else if (const auto* lookup = std::get_if<Lookup>(&node_.right)) {
      const LookupPlace place{right(), node_.item_spans};
      check_value(*lookup, environment_, schema_, place);
      if (is_array(type_of_operand(node_.right, environment_, schema_))) {
        fail(place.of(LookupPlace::column),
             fmt::format("'{}' is a list, which cannot stand right of an operator; write an index "
                         "behind the operand, such as [0], or exchange the sides",
                         lookup->column));
      }
    } else if (const auto* list = std::get_if<List>(&node_.right)) {
      if (list->items.empty()) fail(right(), "the list is empty; write at least one item");
    }
  }

  const Node& node_;
  const OperatorTraits& op_;
  const Environment& environment_;
  Schema schema_;
};

}  // namespace

void check_operands(const Node& condition, const Environment& environment, Schema schema) {
  Check(condition, environment, schema).run();
}

void check_field(FieldId field, Schema schema, std::uint32_t offset) {
  if (field_name(field) == "Extra") {
    fail(offset, "'Extra' is a map; name one of its keys: Extra.<key>");
  }
  if (field_type(field, schema) != FieldType::structured) return;
  fail(offset, fmt::format("'{}' holds structured data, which no operator takes; use another field",
                           field_name(field)));
}

FieldType type_of_operand(const Operand& operand, const Environment& environment, Schema schema) {
  if (const auto* field = std::get_if<EventField>(&operand)) return field_type(field->id, schema);
  const auto* lookup = std::get_if<Lookup>(&operand);
  if (lookup == nullptr || lookup->kind != lookup::Kind::context_table) return FieldType::text;
  const lookup::NamedTable* table =
      environment.tables ? environment.tables->find(lookup->kind, lookup->name) : nullptr;
  if (table == nullptr) return FieldType::text;
  const std::size_t column = table->rows->column(lookup->column);
  if (column == lookup::Table::no_column) return FieldType::text;
  const FieldType type = table->rows->shape().columns[column].type;
  return lookup->index ? element_type(type) : type;
}

}  // namespace weir::filter
