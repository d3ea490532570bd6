// What stands left and right of a condition: event fields, lookups and threat intelligence; the
// leaves between two values, and of the operators that ask for an asset or an account.
#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "filter/cost.h"
#include "filter/leaf.h"
#include "filter/token.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

std::vector<std::string> item_texts(const Operand& right) {
  std::vector<std::string> texts;
  if (const auto* constant = std::get_if<Constant>(&right)) texts.push_back(constant->text);
  if (const auto* list = std::get_if<List>(&right))
    for (const Constant& item : list->items) texts.push_back(item.text);
  return texts;
}

}  // namespace

// check_operands has seen that it is there.
std::shared_ptr<const lookup::Table> LeafBuilder::table_of(lookup::Kind kind,
                                                           std::string_view name) {
  const lookup::NamedTable* const found = environment_.tables->find(kind, name);
  if (found->rows->shape().ttl > Duration{}) constants_.depends_on_time = true;
  return found->rows;
}

LookupOperand LeafBuilder::looked_up(const Lookup& lookup) {
  LookupOperand operand;
  operand.table = table_of(lookup.kind, lookup.name);
  operand.index = lookup.index;
  if (lookup.kind != lookup::Kind::dictionary && !lookup.column.empty())
    operand.column = operand.table->column(lookup.column);
  for (const FieldId key : lookup.keys) operand.keys.push_back(slots_.want(key));
  return operand;
}

IntelligenceOperand LeafBuilder::intelligence_of(const Intelligence& asked) {
  IntelligenceOperand operand;
  operand.data = slots_.want(field_id("TI"));
  operand.field = slots_.want(asked.field);
  operand.name = field_name(asked.field);
  operand.category = asked.category;
  operand.key = asked.key;
  return operand;
}

LeafBuilder::Side LeafBuilder::side_of(const Operand& operand) {
  if (const auto* lookup = std::get_if<Lookup>(&operand)) {
    const std::uint32_t place = append(constants_.lookups, looked_up(*lookup));
    return {Source::lookup, static_cast<Slot>(place), lookup_cost};
  }
  if (const auto* asked = std::get_if<Intelligence>(&operand)) {
    const std::uint32_t place = append(constants_.intelligence, intelligence_of(*asked));
    return {Source::intelligence, static_cast<Slot>(place), intelligence_cost};
  }
  return {Source::field, slots_.want(std::get<EventField>(operand).id), 0};
}

// Of the left side, in a message.
std::string LeafBuilder::left_name() const {
  if (const auto* field = std::get_if<EventField>(&node_->left))
    return fmt::format("'{}'", field_name(field->id));
  const auto* lookup = std::get_if<Lookup>(&node_->left);
  return lookup == nullptr ? "threat intelligence"
                           : fmt::format("the column '{}' of '{}'", lookup->column, lookup->name);
}

void LeafBuilder::build_values(Leaf& leaf) {
  const Side right = side_of(node_->right);
  Instruction& to = leaf.instruction;
  to.right = right.place;
  to.right_source = right.source;
  to.indirect = to.indirect || right.source != Source::field;
  to.ignore_case = node_->ignore_case;
  leaf.cost = right.cost + fields_cost + (node_->ignore_case ? 2 * fold_cost : 0);
  switch (node_->op) {
    case Operator::equal:
      to.test = Test::field_equal;
      break;
    case Operator::in_subnet:
      to.test = Test::field_in_subnet;
      leaf.cost = right.cost + 2 * subnet_cost;
      break;
    case Operator::contains:
      to.test = Test::field_contains;
      leaf.cost += contains_cost;
      break;
    case Operator::starts_with:
      to.test = Test::field_starts_with;
      break;
    case Operator::ends_with:
      to.test = Test::field_ends_with;
      break;
    default:
      to.test = Test::field_order;
      break;
  }
}

void LeafBuilder::build_asked(Leaf& leaf) {
  Instruction& to = leaf.instruction;
  std::vector<std::string> listed = item_texts(node_->right);
  leaf.cost = lookup_cost;
  if (node_->op == Operator::has_vulnerability) {
    std::string buffer;
    for (std::string& name : listed) name = lower_ascii(name, buffer);
    const bool any = listed.empty();
    to.test = Test::has_vulnerability;
    to.index = append(constants_.vulnerabilities,
                      VulnerabilityTest{table_of(lookup::Kind::assets, ""),
                                        TextSet(std::move(listed)), any, node_->min_severity});
    return;
  }
  const bool group = node_->op == Operator::in_active_directory_group;
  const lookup::Kind kind = group ? lookup::Kind::directory : lookup::Kind::assets;
  to.test = group ? Test::in_group : Test::in_category;
  to.index = append(constants_.memberships, MembershipTest{table_of(kind, ""),
                                                           group ? lookup::directory_groups
                                                                 : lookup::asset_column::categories,
                                                           TextSet(std::move(listed))});
}

}  // namespace weir::filter
