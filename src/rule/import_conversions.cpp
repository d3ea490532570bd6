#include "rule/import_conversions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rule/import_input.h"
#include "rule/kuma_filter.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// What a conversion takes of an item. A key of another kind may be left from what the form showed
// before, and is not read.
enum class Takes : std::uint8_t { nothing, expression, characters, replacement, regexp, part };

struct Mutation {
  std::string_view theirs;
  std::string_view ours;
  Takes takes;
};

constexpr std::array<Mutation, 13> mutations{{
    {"lower", "lower", Takes::nothing},
    {"upper", "upper", Takes::nothing},
    {"trim", "trim", Takes::characters},
    {"replace", "replace", Takes::replacement},
    {"regexp", "regexp", Takes::expression},
    {"replace with regexp", "replace_with_regexp", Takes::regexp},
    {"append", "append", Takes::characters},
    {"prepend", "prepend", Takes::characters},
    {"substring", "substring", Takes::part},
    {"decodeHexString", "decode_hex", Takes::nothing},
    {"decodeBase64String", "decode_base64", Takes::nothing},
    {"decodeBase64URLString", "decode_base64_url", Takes::nothing},
    {"decodeURL", "decode_url", Takes::nothing},
}};

constexpr std::array<std::string_view, 7> kuma_conversion_keys{
    "kind", "expression", "start", "end", "chars", "withChars", "constant"};

Node text_node(std::string_view text, std::uint32_t offset) {
  Node node;
  node.text = text;
  node.offset = offset;
  return node;
}

void add(Node& map, std::string_view key, Node value) {
  map.children.push_back(text_node(key, value.offset));
  map.children.push_back(std::move(value));
}

// The text of a key; empty if it is absent.
Node text_at(const Node& item, std::string_view key) {
  const Node* value = find_value(item, key);
  Node out = value == nullptr ? text_node({}, item.offset) : *value;
  if (out.is_null()) out.quoted = true;
  return out;
}

Node map_at(const Node& item) {
  Node map;
  map.kind = Node::Kind::map;
  map.offset = item.offset;
  return map;
}

Node settings_of(const Mutation& conversion, const Node& item) {
  Node map = map_at(item);
  switch (conversion.takes) {
    case Takes::expression:
      return text_at(item, "expression");
    case Takes::characters:
      for (const std::string_view key : {"chars", "constant", "withChars"})
        if (!text_of(item, key).empty()) return text_at(item, key);
      return text_at(item, "chars");
    case Takes::replacement:
      add(map, "find", text_at(item, "chars"));
      add(map, "with", text_at(item, "withChars"));
      break;
    case Takes::regexp:
      add(map, "expression", text_at(item, "expression"));
      add(map, "with", text_at(item, "withChars"));
      break;
    case Takes::part:
      // An end of 0 is none.
      for (const std::string_view key : {"start", "end"})
        if (const Node* value = find_value(item, key);
            !is_absent(value) && (key == "start" || value->text != "0"))
          add(map, key, *value);
      break;
    case Takes::nothing:
      break;
  }
  return map;
}

std::optional<Node> read_item(const Node& item, Findings& findings) {
  if (item.kind != Node::Kind::map) {
    if (item.kind != Node::Kind::broken)
      findings.error(item, fmt::format("a conversion must be a map, not {}", describe(item)));
    return std::nullopt;
  }
  warn_of_unknown_keys(item, kuma_conversion_keys, findings);
  const std::string kind = text_of(item, "kind");
  const auto* const found = std::find_if(mutations.begin(), mutations.end(),
                                         [&](const Mutation& one) { return one.theirs == kind; });
  if (found == mutations.end()) {
    std::vector<std::string_view> names;
    for (const Mutation& one : mutations) names.push_back(one.theirs);
    std::string hint = suggest(kind, names);
    if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(names, ", "));
    const Node* node = find_value(item, "kind");
    findings.error(node == nullptr ? item : *node,
                   fmt::format("unknown kind of conversion {}{}", quote(kind), hint));
    return std::nullopt;
  }
  Node word = text_node(found->ours, item.offset);
  // Without characters of its own it takes blanks away.
  const bool bare = found->takes == Takes::nothing ||
                    (found->ours == "trim" && settings_of(*found, item).text.empty());
  if (bare) return word;
  Node map = map_at(item);
  add(map, found->ours, settings_of(*found, item));
  map.children[0].offset = item.offset;
  return map;
}

}  // namespace

std::optional<Node> kuma_conversions(const Node& record, Findings& findings) {
  const Node* items = find_value(record, "mutation");
  if (is_empty_list(items)) return std::nullopt;
  if (items->kind != Node::Kind::sequence) {
    if (items->kind != Node::Kind::broken)
      findings.error(*items, fmt::format("mutation must be a list, not {}", describe(*items)));
    return std::nullopt;
  }
  Node list;
  list.kind = Node::Kind::sequence;
  list.offset = items->offset;
  for (const Node& item : items->children) {
    if (findings.full()) break;
    if (auto conversion = read_item(item, findings))
      list.children.push_back(std::move(*conversion));
  }
  return list;
}

}  // namespace weir::rule
