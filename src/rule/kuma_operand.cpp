#include "rule/kuma_operand.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/text.h"
#include "filter/token.h"
#include "rule/fields.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// Of a number in an expression: digits, perhaps with a sign and a fraction.
bool is_plain_number(std::string_view text) noexcept {
  return parse_number(text).has_value() &&
         text.find_first_not_of("-0123456789.") == std::string_view::npos;
}

}  // namespace

void KumaOperands::error(std::size_t offset, std::string message) {
  good_ = false;
  findings_.error(offset, std::move(message));
}

const Node* KumaOperands::find(std::string_view side, std::string_view key) const {
  return find_value(node_, fmt::format("{}{}", side, key));
}

std::string KumaOperands::text(std::string_view side, std::string_view key) {
  const Node* value = find(side, key);
  if (is_absent(value)) return {};
  if (value->kind == Node::Kind::scalar) return value->text;
  if (value->kind != Node::Kind::broken)
    error(value->offset, fmt::format("{}{} must be text, not {}", side, key, describe(*value)));
  good_ = false;
  return {};
}

std::uint32_t KumaOperands::place(std::string_view side) const {
  const auto says = [](const Node* value) {
    return !is_empty_list(value) && (value->kind != Node::Kind::scalar || !value->text.empty());
  };
  // What of the right operand has no side in its name: what KUMA leaves of others is stale.
  const Node* kind = find(side, "Kind");
  if (side == "right" && says(kind))
    if (const Node* given = find_value(node_, kind->text)) return given->offset;
  for (const std::string_view key : {"ID", "Field", "TIField", "Keys", "Kind"})
    if (const Node* value = find(side, key); says(value)) return value->offset;
  if (side == "right")
    for (const std::string_view key : {"list", "constant"})
      if (const Node* value = find_value(node_, key); says(value)) return value->offset;
  const Node* op = find_value(node_, "op");
  return op == nullptr ? node_.offset : op->offset;
}

KumaOperands::Kind KumaOperands::kind(std::string_view side) {
  constexpr std::array<std::string_view, 8> names{
      "event", "constant", "list", "dictionary", "table", "activeList", "contextTable", "TI"};
  const std::string word = text(side, "Kind");
  for (std::size_t i = 0; i < names.size(); ++i)
    if (filter::same_word(word, names[i])) return static_cast<Kind>(i);
  if (!word.empty()) {
    std::string hint = suggest(word, {names.begin(), names.end()});
    if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(names, ", "));
    error(find(side, "Kind")->offset,
          fmt::format("unknown kind of operand {}{}", quote(word), hint));
    return Kind::none;
  }
  // KUMA always says; people leave it out.
  const Node* field = find(side, "Field");
  if (!is_absent(field) && !field->text.empty()) return Kind::event;
  if (side == "right" && !is_empty_list(find_value(node_, "list"))) return Kind::list;
  if (side == "right" && !is_absent(find_value(node_, "constant"))) return Kind::constant;
  if (good_)
    error(place("op"), fmt::format("the {} operand is missing; set {}Kind, and what it "
                                   "needs",
                                   side, side));
  return Kind::none;
}

filter::Operand KumaOperands::left() { return operand("left", nullptr); }

filter::Operand KumaOperands::right(std::vector<filter::Span>& item_spans) {
  return operand("right", &item_spans);
}

filter::Operand KumaOperands::operand(std::string_view side,
                                      std::vector<filter::Span>* item_spans) {
  check_event(side);
  const Kind which = kind(side);
  switch (which) {
    case Kind::event:
      return filter::EventField{field(find(side, "Field"), fmt::format("{}Field", side))};
    case Kind::constant:
    case Kind::list:
      if (item_spans == nullptr) {
        error(place(side), fmt::format("a {} cannot stand left of an operator; exchange the sides",
                                       which == Kind::list ? "list" : "constant"));
        return filter::Nothing{};
      }
      if (which == Kind::list) return list(*item_spans);
      return constant(find_value(node_, "constant"));
    case Kind::dictionary:
      // KUMA has one kind of resource for both; one with columns is a table.
      if (!text(side, "Field").empty()) return lookup(side, lookup::Kind::table, true);
      return lookup(side, lookup::Kind::dictionary, false);
    case Kind::table:
      return lookup(side, lookup::Kind::table, true);
    case Kind::active_list:
      return lookup(side, lookup::Kind::active_list, true);
    case Kind::context_table:
      return lookup(side, lookup::Kind::context_table, true);
    case Kind::intelligence:
      return intelligence(side);
    case Kind::none:
      break;
  }
  return filter::Nothing{};
}

// Of filters that join several events.
void KumaOperands::check_event(std::string_view side) {
  const std::string event = text(side, "Event");
  if (!event.empty())
    error(find(side, "Event")->offset,
          fmt::format("{}Event names {}, one of several events of a correlation rule; aggregation "
                      "and enrichment rules see one event, so empty it",
                      side, quote(event)));
}

filter::Constant KumaOperands::constant(const Node* node) {
  if (is_absent(node)) return {"", true};
  if (node->kind != Node::Kind::scalar) {
    if (node->kind != Node::Kind::broken)
      error(node->offset,
            fmt::format("a constant must be text or a number, not {}", describe(*node)));
    good_ = false;
    return {};
  }
  if (node->quoted || !parse_number(node->text)) return {node->text, true};
  if (is_plain_number(node->text)) return {node->text, false};
  const double number = *parse_number(node->text);  // with an exponent, which expressions lack
  return {
      std::trunc(number) == number ? fmt::format("{:.0f}", number) : fmt::format("{:.17f}", number),
      false};
}

filter::List KumaOperands::list(std::vector<filter::Span>& item_spans) {
  filter::List out;
  const Node* items = find_value(node_, "list");
  if (is_empty_list(items)) {
    error(items == nullptr ? node_.offset : items->offset,
          "the list is empty; write at least one item");
    return out;
  }
  if (items->kind != Node::Kind::sequence) {
    if (items->kind != Node::Kind::broken)
      error(items->offset, fmt::format("list must be a list, not {}", describe(*items)));
    good_ = false;
    return out;
  }
  for (const Node& item : items->children) {
    if (findings_.full()) break;
    out.items.push_back(constant(&item));
    item_spans.push_back({item.offset, item.offset});
  }
  return out;
}

FieldId KumaOperands::field(const Node* node, std::string_view key) {
  if (is_absent(node) || (node->kind == Node::Kind::scalar && node->text.empty())) {
    error(node == nullptr ? node_.offset : node->offset,
          fmt::format("{} is missing; name an event field", key));
    return 0;
  }
  if (node->kind == Node::Kind::scalar && node->text.starts_with('$')) {
    error(node->offset, fmt::format("{} is a variable of correlation rules, not an event field; "
                                    "aggregation and enrichment rules have none",
                                    quote(node->text)));
    return 0;
  }
  const std::string must = fmt::format("{} must name an event field", key);
  const auto id = read_field(*node, must, reading_.schema, findings_);
  good_ = good_ && id;
  if (!id) return 0;
  if (field_name(*id) == "Extra")
    error(node->offset, "'Extra' is a map; name one of its keys: Extra.<key>");
  return *id;
}

filter::Intelligence KumaOperands::intelligence(std::string_view side) {
  filter::Intelligence out;
  out.category = text(side, "TICategory");
  out.field = field(find(side, "Field"), fmt::format("{}Field", side));
  out.key = text(side, "TIField");
  if (out.key.empty() && good_)
    error(place(side), fmt::format("{}TIField is empty; it names what is wanted of the threat "
                                   "intelligence",
                                   side));
  return out;
}

filter::Intelligence KumaOperands::detected() {
  filter::Intelligence out;
  out.category = text("left", "TICategory");
  const bool named = !text("left", "Field").empty();
  const std::string_view key = named ? "Field" : "TIField";
  out.field = field(find("left", key), fmt::format("left{}", named ? key : "Field"));
  return out;
}

}  // namespace weir::rule
