#include "rule/kuma_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "rule/kuma_condition.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

constexpr std::array<std::string_view, 3> payload_keys{"id", "name", "root"};

class KumaTreeReader {
 public:
  KumaTreeReader(const KumaReading& reading, Findings& findings)
      : reading_(reading), findings_(findings) {}

  // nullopt: something is wrong with it. A group `all` without children: nothing stands there.
  std::optional<filter::Node> read_payload(const Node& payload);
  std::optional<filter::Node> read_node(const Node& node);

 private:
  std::optional<filter::Node> read_group(const Node& node, bool any);
  std::optional<filter::Node> read_embedded(const Node& payload);
  std::optional<filter::Node> negated(std::optional<filter::Node> tree, const Node& node);
  const std::vector<Node>* conditions(const Node& node, bool& good);

  const KumaReading& reading_;
  Findings& findings_;
};

filter::Node everything(std::uint32_t offset) {
  filter::Node node;
  node.span = {offset, offset};
  return node;
}

std::optional<filter::Node> KumaTreeReader::read_payload(const Node& payload) {
  warn_of_unknown_keys(payload, payload_keys, findings_);
  const Node* root = find_value(payload, "root");
  if (is_absent(root)) return everything(payload.offset);
  if (root->kind == Node::Kind::map) return read_node(*root);
  if (root->kind != Node::Kind::broken)
    findings_.error(*root,
                    fmt::format("root must be a map, as KUMA exports it, not {}", describe(*root)));
  return std::nullopt;
}

std::optional<filter::Node> KumaTreeReader::read_node(const Node& node) {
  if (findings_.full()) return std::nullopt;
  warn_of_unknown_keys(node, kuma_node_keys(), findings_);
  const auto group = read_flag(node, "group", findings_);
  const auto any = read_flag(node, "or", findings_);
  bool good = group && any;
  const Node* embedded = find_value(node, "filter");
  const std::vector<Node>* items = conditions(node, good);
  if (!good) return std::nullopt;
  if (*group || (items != nullptr && !items->empty())) return negated(read_group(node, *any), node);
  // A map without a tree is how some versions write that there is none.
  if (!is_absent(embedded) &&
      (embedded->kind != Node::Kind::map || !is_absent(find_value(*embedded, "root"))))
    return negated(read_embedded(*embedded), node);
  if (is_blank_condition(node)) return everything(node.offset);
  return negated(read_kuma_condition(node, reading_, findings_), node);
}

const std::vector<Node>* KumaTreeReader::conditions(const Node& node, bool& good) {
  const Node* items = find_value(node, "conditions");
  if (is_absent(items)) return nullptr;
  if (items->kind == Node::Kind::sequence) return &items->children;
  if (items->kind != Node::Kind::broken)
    findings_.error(*items, fmt::format("conditions must be a list, not {}", describe(*items)));
  good = false;
  return nullptr;
}

std::optional<filter::Node> KumaTreeReader::read_group(const Node& node, bool any) {
  filter::Node group = everything(node.offset);
  bool good = true;
  const std::vector<Node>* items = conditions(node, good);
  if (items == nullptr) return group;
  for (const Node& item : *items) {
    if (findings_.full()) return std::nullopt;
    if (item.kind != Node::Kind::map) {
      if (item.kind != Node::Kind::broken)
        findings_.error(item, fmt::format("a condition must be a map, not {}", describe(item)));
      good = false;
      continue;
    }
    auto child = read_node(item);
    good = good && child;
    if (!child) continue;
    if (matches_everything(*child))
      findings_.warning(item, "nothing stands here but an empty group; it is left out");
    else
      group.children.push_back(std::move(*child));
  }
  if (!good) return std::nullopt;
  if (any && !group.children.empty()) group.type = filter::Node::Type::any;
  return group;
}

std::optional<filter::Node> KumaTreeReader::read_embedded(const Node& payload) {
  if (payload.kind != Node::Kind::map) {
    if (payload.kind != Node::Kind::broken)
      findings_.error(payload, fmt::format("filter must be a saved filter as KUMA exports it, "
                                           "whole, not {}",
                                           describe(payload)));
    return std::nullopt;
  }
  auto tree = read_payload(payload);
  if (!tree || matches_everything(*tree) || !reading_.embedded) return tree;
  return reading_.embedded(payload, std::move(*tree));
}

std::optional<filter::Node> KumaTreeReader::negated(std::optional<filter::Node> tree,
                                                    const Node& node) {
  const auto negate = read_flag(node, "not", findings_);
  if (!tree || !negate) return std::nullopt;
  if (!*negate || matches_everything(*tree)) return tree;
  filter::Node negation;
  negation.type = filter::Node::Type::negation;
  negation.span = {node.offset, node.offset};
  // A negation joins its children with AND itself.
  if (tree->type == filter::Node::Type::all)
    negation.children = std::move(tree->children);
  else
    negation.children.push_back(std::move(*tree));
  return negation;
}

}  // namespace

bool is_kuma_filter(const Node& map) noexcept {
  return map.kind == Node::Kind::map &&
         (find_value(map, "root") != nullptr || find_value(map, "conditions") != nullptr ||
          find_value(map, "op") != nullptr);
}

std::optional<filter::Node> read_kuma_filter(const Node& map, const KumaReading& reading,
                                             Findings& findings) {
  KumaTreeReader reader(reading, findings);
  return find_value(map, "root") != nullptr ? reader.read_payload(map) : reader.read_node(map);
}

bool matches_everything(const filter::Node& tree) noexcept {
  return tree.type == filter::Node::Type::all && tree.children.empty();
}

bool is_empty_list(const Node* node) noexcept {
  return is_absent(node) || (node->kind == Node::Kind::sequence && node->children.empty());
}

void warn_of_unknown_keys(const Node& map, std::span<const std::string_view> keys,
                          Findings& findings) {
  for (std::size_t i = 0; i < map.pairs() && !findings.full_of_warnings(); ++i) {
    const Node& key = map.key(i);
    if (key.kind != Node::Kind::scalar || key.is_null()) continue;  // check_keys has reported it
    if (std::find(keys.begin(), keys.end(), key.text) != keys.end()) continue;
    findings.warning(key, fmt::format("unknown key {} is left out{}", quote(key.text),
                                      suggest(key.text, {keys.begin(), keys.end()})));
  }
}

std::optional<bool> read_flag(const Node& map, std::string_view key, Findings& findings) {
  const Node* node = find_value(map, key);
  if (is_absent(node)) return false;
  if (node->kind == Node::Kind::scalar && !node->quoted) {
    if (node->text == "true") return true;
    if (node->text == "false") return false;
  }
  if (node->kind != Node::Kind::broken)
    findings.error(*node, fmt::format("{} must be true or false, not {}", key, describe(*node)));
  return std::nullopt;
}

}  // namespace weir::rule
