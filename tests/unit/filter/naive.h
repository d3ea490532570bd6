// A filter evaluator that walks the tree and recomputes everything from its text: slow, plain, and
// written apart from the compiler, to be compared with it.
#pragma once

#include <strings.h>

#include <string>
#include <vector>

#include "naive_values.h"
#include "world.h"

namespace weir::filter::naive {

inline Value value_of(const Event& event, FieldId id) {
  const auto found = event.fields.find(id);
  return found == event.fields.end() ? Value{} : found->second;
}

// The texts of fields, joined.
inline std::string key_of(const std::vector<FieldId>& fields, const Event& event) {
  std::string key;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::vector<Item> items = items_of(value_of(event, fields[i]));
    key += i == 0 ? "" : "|";
    if (!items.empty()) key += items[0].text;
  }
  return key;
}

inline const Row* entry_of(const Lookup& lookup, const Event& event, const World& world) {
  return world.find(*world.find(lookup.kind, lookup.name), key_of(lookup.keys, event));
}

inline std::vector<const IntelligenceEntry*> entries_about(const Intelligence& asked,
                                                           const Event& event, const World& world) {
  std::vector<const IntelligenceEntry*> entries;
  for (const IntelligenceEntry& entry : world.intelligence) {
    if (!asked.category.empty() && entry.category != asked.category) continue;
    bool about = entry.field == field_name(asked.field);
    if (entry.field.empty())
      for (const Item& item : items_of(value_of(event, asked.field)))
        about = about || item.text == entry.indicator;
    if (about) entries.push_back(&entry);
  }
  return entries;
}

// What an operand comes to; nothing if it is absent.
inline std::vector<Item> operand(const Operand& of, const Event& event, const World& world) {
  if (const auto* field = std::get_if<EventField>(&of)) return items_of(value_of(event, field->id));
  if (const auto* lookup = std::get_if<Lookup>(&of)) {
    const Row* const row = entry_of(*lookup, event, world);
    if (row == nullptr) return {};
    const std::string column = lookup->column.empty() ? "value" : lookup->column;
    std::vector<Item> items = items_of(World::cell(*row, column));
    if (!lookup->index) return items;
    if (*lookup->index >= items.size()) return {};
    return {items[*lookup->index]};
  }
  std::vector<Item> items;
  const auto& asked = std::get<Intelligence>(of);
  for (const IntelligenceEntry* const entry : entries_about(asked, event, world))
    for (const auto& [key, text] : entry->context)
      if (key == asked.key && !text.empty()) items.push_back(text_item(text));
  return items;
}

inline FieldType type_of(const Operand& of, const World& world) {
  if (const auto* field = std::get_if<EventField>(&of)) return field_type(field->id);
  const auto* lookup = std::get_if<Lookup>(&of);
  if (lookup == nullptr || lookup->column.empty()) return FieldType::text;
  for (const lookup::Column& column : world.find(lookup->kind, lookup->name)->shape.columns)
    if (column.name == lookup->column) return column.type;
  return FieldType::text;
}

inline std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  for (const Item& item : items_of(value)) texts.push_back(item.text);
  return texts;
}

// The operators that ask about an asset or an account.
inline bool asked(const Node& node, const std::string& key, const World& world) {
  std::vector<std::string> listed;
  if (const auto* constant = std::get_if<Constant>(&node.right)) listed.push_back(constant->text);
  if (const auto* list = std::get_if<List>(&node.right))
    for (const Constant& item : list->items) listed.push_back(item.text);
  const bool group = node.op == Operator::in_active_directory_group;
  const PlainTable* const table =
      world.find(group ? lookup::Kind::directory : lookup::Kind::assets, "");
  const Row* const row = world.find(*table, key);
  if (row == nullptr) return false;
  if (node.op == Operator::has_vulnerability) {
    const auto names = texts_of(World::cell(*row, "vulnerabilities"));
    const auto severities = items_of(World::cell(*row, "severities"));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (severities.at(i).value < node.min_severity) continue;
      if (listed.empty()) return true;
      for (const std::string& name : listed)
        if (strcasecmp(name.c_str(), names[i].c_str()) == 0) return true;
    }
    return false;
  }
  for (const std::string& text : texts_of(World::cell(*row, group ? "groups" : "categories")))
    for (const std::string& item : listed)
      if (text == item || (!group && text.starts_with(item + "/"))) return true;
  return false;
}

inline Item constant_item(const Constant& constant, Operator op, FieldType type) {
  const bool numbers = type == FieldType::number || type == FieldType::floating ||
                       type == FieldType::number_array || type == FieldType::float_array;
  const bool compares = op <= Operator::greater_equal;
  const bool order = compares && op != Operator::equal;
  const bool as_written = order || type == FieldType::any;
  if (compares && (numbers || (as_written && !constant.quoted))) {
    if (const auto number = number_in(constant.text)) {
      const bool integral = constant.text.find('.') == std::string::npos;
      return {true, integral, *number, constant.text};
    }
  }
  return text_item(constant.text);
}

inline bool compared(const Node& node, const std::vector<Item>& left,
                     const std::vector<Item>& right) {
  for (const Item& item : left) {
    bool all = true;
    bool any = false;
    for (const Item& constant : right) {
      if (node.op == Operator::equal && !constant.number && constant.text.empty()) continue;
      const bool result = one(node.op, item, constant, node.ignore_case);
      all = all && result;
      any = any || result;
    }
    if (node.op == Operator::has_bit ? all : any) return true;
  }
  return false;
}

inline bool condition(const Node& node, const Event& event, const World& world) {
  if (node.op == Operator::ti_detect)
    return !entries_about(std::get<Intelligence>(node.left), event, world).empty();
  if (node.op >= Operator::in_dictionary && node.op <= Operator::in_context_table)
    return entry_of(std::get<Lookup>(node.left), event, world) != nullptr;
  const std::vector<Item> left = operand(node.left, event, world);
  if (node.op >= Operator::has_vulnerability) {
    for (const Item& item : left)
      if (asked(node, item.text, world)) return true;
    return false;
  }
  std::vector<Item> right;
  bool empty = false;
  const auto add = [&](const Constant& constant) {
    empty = empty || constant.text.empty();
    right.push_back(constant_item(constant, node.op, type_of(node.left, world)));
  };
  if (const auto* constant = std::get_if<Constant>(&node.right)) {
    add(*constant);
  } else if (const auto* list = std::get_if<List>(&node.right)) {
    for (const Constant& item : list->items) add(item);
  } else {
    right = operand(node.right, event, world);
  }
  if (left.empty()) return node.op == Operator::equal && empty;
  return compared(node, left, right);
}

inline bool matches(const Node& node, const Event& event, const World& world = {}) {
  bool all = true;
  bool any = false;
  for (const Node& child : node.children) {
    const bool result = naive::matches(child, event, world);
    all = all && result;
    any = any || result;
  }
  switch (node.type) {
    case Node::Type::all:
      return all;
    case Node::Type::any:
      return any;
    case Node::Type::negation:
      return !all;
    default:
      return condition(node, event, world);
  }
}

}  // namespace weir::filter::naive
