// A filter evaluator that walks the tree and recomputes everything from its text: slow, plain, and
// written apart from the compiler, to be compared with it.
#pragma once

#include <arpa/inet.h>
#include <strings.h>

#include <cmath>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "event.h"
#include "world.h"

namespace weir::filter::naive {

// A number or a text; long double holds every int64 and every double exactly on x86-64.
struct Item {
  bool number = false;
  bool integral = false;
  long double value = 0;
  std::string text;
};

inline Item text_item(std::string text) { return {false, false, 0, std::move(text)}; }

inline std::vector<Item> items_of(const Value& value) {
  std::vector<Item> items;
  const auto integer = [&](std::int64_t n) {
    items.push_back({true, true, static_cast<long double>(n), std::to_string(n)});
  };
  const auto floating = [&](double d) {
    char buffer[32];
    items.push_back({true, false, d, std::string(format_double(d, buffer))});
  };
  switch (value.kind) {
    case Kind::integer:
      integer(value.integer());
      break;
    case Kind::floating:
      floating(value.floating());
      break;
    case Kind::boolean:
      items.push_back(text_item(value.word != 0 ? "true" : "false"));
      break;
    case Kind::text:
      items.push_back(text_item(std::string(value.text())));
      break;
    case Kind::integer_array:
      for (std::uint32_t i = 0; i < value.size; ++i) integer(value.pointer<std::int64_t>()[i]);
      break;
    case Kind::float_array:
      for (std::uint32_t i = 0; i < value.size; ++i) floating(value.pointer<double>()[i]);
      break;
    case Kind::text_array:
      for (std::uint32_t i = 0; i < value.size; ++i) {
        items.push_back(text_item(std::string(value.pointer<TextRef>()[i].view())));
      }
      break;
    default:
      break;
  }
  return items;
}

// Folds the letters that the random texts are made of, by replacing them.
inline std::string fold(std::string text) {
  const std::pair<std::string_view, std::string_view> letters[] = {
      {"A", "a"}, {"B", "b"}, {"K", "k"}, {"X", "x"},
      {"Ж", "ж"}, {"Я", "я"}, {"Ⱥ", "ⱥ"}, {"\xE2\x84\xAA", "k"}};
  for (const auto& [from, to] : letters) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

inline std::optional<long double> number_in(const std::string& text) {
  static const std::regex form("-?[0-9]+(\\.[0-9]+)?");
  if (!std::regex_match(text, form)) return std::nullopt;
  if (text.find('.') != std::string::npos) return std::stod(text);
  return std::stold(text);
}

// As 16 bytes of bits, IPv4 after ::ffff:.
inline std::optional<std::string> bits_of(const std::string& text) {
  unsigned char bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (inet_pton(AF_INET, text.c_str(), bytes + 12) != 1 &&
      inet_pton(AF_INET6, text.c_str(), bytes) != 1) {
    return std::nullopt;
  }
  std::string bits;
  for (const unsigned char byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) bits += (byte >> bit & 1) != 0 ? '1' : '0';
  }
  return bits;
}

inline bool in_subnet(const std::string& address, const std::string& subnet) {
  const std::string mapped = std::string(80, '0') + std::string(16, '1');
  const auto point = bits_of(address);
  const std::size_t slash = subnet.find('/');
  const auto network = bits_of(subnet.substr(0, slash));
  if (!point || !network) return false;
  const bool quad = subnet.find(':') == std::string::npos;
  std::size_t length = 128;
  if (slash != std::string::npos) {
    length = std::stoul(subnet.substr(slash + 1)) + (quad ? 96 : 0);
  }
  if (length < 96 && point->starts_with(mapped)) return false;
  return point->substr(0, length) == network->substr(0, length);
}

inline bool holds(Operator op, long double difference) {
  switch (op) {
    case Operator::less:
      return difference < 0;
    case Operator::less_equal:
      return difference <= 0;
    case Operator::greater:
      return difference > 0;
    default:
      return difference >= 0;
  }
}

inline bool ordered(Operator op, const Item& left, const Item& right, bool ignore_case) {
  if (!left.number && !right.number) {
    const std::string a = ignore_case ? fold(left.text) : left.text;
    const std::string b = ignore_case ? fold(right.text) : right.text;
    return holds(op, a.compare(b));
  }
  const auto a = left.number ? std::optional(left.value) : number_in(left.text);
  const auto b = right.number ? std::optional(right.value) : number_in(right.text);
  if (!a || !b || std::isnan(*a) || std::isnan(*b)) return false;
  return holds(op, *a < *b ? -1 : *a > *b ? 1 : 0);
}

inline bool equal(const Item& left, const Item& right, bool ignore_case) {
  if (left.number && right.number) return left.value == right.value;
  if (!left.number && !right.number) {
    return ignore_case ? fold(left.text) == fold(right.text) : left.text == right.text;
  }
  const Item& number = left.number ? left : right;
  const std::string& text = left.number ? right.text : left.text;
  const auto other = number_in(text);
  if (!other || (number.integral && text.find('.') != std::string::npos)) return false;
  return number.integral ? number.value == *other
                         : number.value == static_cast<long double>(static_cast<double>(*other));
}

inline bool has_bit(const Item& left, const std::string& bit) {
  const auto value = left.number ? std::optional(left.value) : number_in(left.text);
  if (!value || std::trunc(*value) != *value || std::abs(*value) > 9.2e18L) return false;
  if (!left.number && left.text.find('.') != std::string::npos) return false;
  return (static_cast<std::int64_t>(*value) >> std::stoi(bit) & 1) != 0;
}

inline bool one(Operator op, const Item& left, const Item& right, bool ignore_case) {
  const std::string text = ignore_case ? fold(left.text) : left.text;
  const std::string constant = ignore_case ? fold(right.text) : right.text;
  switch (op) {
    case Operator::equal:
      return equal(left, right, ignore_case);
    case Operator::contains:
      return text.find(constant) != std::string::npos;
    case Operator::starts_with:
      return text.starts_with(constant);
    case Operator::ends_with:
      return text.ends_with(constant);
    case Operator::match:
      return std::regex_search(text, std::regex(constant));
    case Operator::in_subnet:
      return in_subnet(left.text, right.text);
    case Operator::has_bit:
      return has_bit(left, right.text);
    default:
      return ordered(op, left, right, ignore_case);
  }
}

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
