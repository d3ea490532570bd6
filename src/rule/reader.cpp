#include "rule/reader.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

namespace weir::rule {

void check_keys(const Node& map, Findings& findings) {
  std::unordered_map<std::string_view, const Node*> first;
  first.reserve(map.pairs());
  for (std::size_t i = 0; i < map.pairs(); ++i) {
    const Node& key = map.key(i);
    if (key.kind == Node::Kind::broken) continue;
    if (key.kind != Node::Kind::scalar || key.is_null()) {
      findings.error(key, fmt::format("a key must be text, not {}", describe(key)));
      continue;
    }
    const auto [found, added] = first.emplace(key.text, &key);
    if (added) continue;
    findings.error(key, fmt::format("duplicate key {}: the first is on line {}; remove one",
                                    quote(key.text), findings.line(found->second->offset)));
  }
}

std::optional<Node> read_tree(const Source& source, Findings& findings) {
  try {
    source.check();
    return source.looks_like_json() ? read_json(source, findings) : read_yaml(source, findings);
  } catch (const Failure& failure) {
    const auto offset = failure.position().offset;
    findings.error(offset < 0 ? 0 : static_cast<std::size_t>(offset), failure.what());
    return std::nullopt;
  }
}

}  // namespace weir::rule
