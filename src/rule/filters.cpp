#include "rule/filters.h"

#include <fmt/format.h>

#include <array>

#include "rule/kuma_filter.h"
#include "rule/scalar_map.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<std::pair<std::string_view, filter::Node::Type>, 3> group_types{{
    {"all", filter::Node::Type::all},
    {"any", filter::Node::Type::any},
    {"not", filter::Node::Type::negation},
}};

// Spans in the expression become spans in the document.
void move_spans(filter::Node& node, const std::vector<std::uint32_t>& map) {
  const auto move = [&](filter::Span& span) {
    const auto last = static_cast<std::uint32_t>(map.size() - 1);
    span = {map[std::min(span.begin, last)], map[std::min(span.end, last)]};
  };
  move(node.span);
  move(node.op_span);
  move(node.right_span);
  for (filter::Span& span : node.left_parts) move(span);
  for (filter::Span& span : node.item_spans) move(span);
  for (filter::Node& child : node.children) move_spans(child, map);
}

std::optional<filter::Node> read_expression(const Node& node, const Source& source, Schema schema,
                                            Findings& findings) {
  if (node.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    findings.error(node,
                   "the filter is empty; write an expression such as DestinationPort = 443, "
                   "or remove the key");
    return std::nullopt;
  }
  const std::vector<std::uint32_t> map = map_to_source(source.text(), node);
  const auto report = [&](const Failure& failure) {
    const auto offset =
        static_cast<std::size_t>(std::max<std::int64_t>(0, failure.position().offset));
    // A block scalar ends with its line, which belongs to what follows: there is the expression's
    // end before it.
    const std::size_t end = node.text.find_last_not_of(" \t\r\n") + 1;
    const bool behind = offset >= end && end < node.text.size();
    findings.error(behind ? map[end - 1] + 1 : map[std::min(offset, map.size() - 1)],
                   failure.what());
  };
  std::vector<Failure> failures;  // of unknown fields all
  std::optional<filter::Node> tree;
  try {
    tree = filter::parse_expression(node.text, schema, failures);
  } catch (const Failure& failure) {
    failures.push_back(failure);
  }
  for (const Failure& failure : failures) report(failure);
  if (!failures.empty()) return std::nullopt;
  move_spans(*tree, map);
  return tree;
}

bool names_bad(const filter::Operand& operand, const lookup::Tables& tables) {
  const auto* lookup = std::get_if<filter::Lookup>(&operand);
  const auto* found = lookup == nullptr ? nullptr : tables.find(lookup->kind, lookup->name);
  return found != nullptr && !found->good;
}

// Conditions on a lookup whose declaration has mistakes become true: what could be said against
// them may come of those mistakes, and the document is refused for these anyway.
void excuse(filter::Node& node, const lookup::Tables& tables) {
  for (filter::Node& child : node.children) excuse(child, tables);
  if (node.type != filter::Node::Type::condition) return;
  if (!names_bad(node.left, tables) && !names_bad(node.right, tables)) return;
  filter::Node always;
  always.type = filter::Node::Type::all;
  always.span = node.span;
  node = std::move(always);
}

std::optional<filter::Node> read_by_kind(const Node& node, const Source& source, Schema schema,
                                         Findings& findings, const lookup::Tables* tables);

std::optional<filter::Node> read_group(const Node& node, const Source& source, Schema schema,
                                       Findings& findings, const lookup::Tables* tables) {
  constexpr std::array<Word, 3> keys{{{"all"}, {"any"}, {"not"}}};
  const SettingsMap map(node, keys, findings);
  if (node.pairs() != 1) {
    findings.error(node,
                   "a filter group has exactly one of 'all', 'any' and 'not'; put further "
                   "groups into its list");
    return std::nullopt;
  }
  for (const auto& [key, type] : group_types) {
    if (map.find(key) == nullptr) continue;
    const std::vector<Node>* items = map.list(key);
    if (items == nullptr) return std::nullopt;
    if (items->empty()) {
      findings.error(node.value(0), fmt::format("the list '{}' is empty; write at least one "
                                                "condition, or remove the filter",
                                                key));
      return std::nullopt;
    }
    filter::Node group;
    group.type = type;
    group.span = {node.offset, node.offset};
    bool good = true;
    for (const Node& item : *items) {
      auto child = read_by_kind(item, source, schema, findings, tables);
      if (child) group.children.push_back(std::move(*child));
      good = good && child;
    }
    if (good) return group;
    return std::nullopt;
  }
  return std::nullopt;  // the one key is unknown, which is reported
}

std::optional<filter::Node> read_by_kind(const Node& node, const Source& source, Schema schema,
                                         Findings& findings, const lookup::Tables* tables) {
  if (findings.full()) return std::nullopt;
  switch (node.kind) {
    case Node::Kind::broken:
      return std::nullopt;
    case Node::Kind::scalar:
      return read_expression(node, source, schema, findings);
    case Node::Kind::map:
      if (is_kuma_filter(node)) return read_kuma_filter(node, {schema, tables, {}, {}}, findings);
      return read_group(node, source, schema, findings, tables);
    case Node::Kind::sequence:
      break;
  }
  findings.error(node,
                 "a filter is an expression, or a map with 'all', 'any' or 'not', not a list; "
                 "put the list under one of them");
  return std::nullopt;
}

}  // namespace

std::optional<filter::Node> read_filter(const Node& node, const Source& source, Schema schema,
                                        Findings& findings, const lookup::Tables* tables) {
  auto tree = read_by_kind(node, source, schema, findings, tables);
  if (tree && tables != nullptr && !tables->good()) excuse(*tree, *tables);
  return tree;
}

}  // namespace weir::rule
