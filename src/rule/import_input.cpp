#include "rule/import_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "rule/kuma_filter.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// The lines of NDJSON, none of them blank; empty if the text is something else.
std::vector<std::string_view> json_lines(const Source& source) {
  std::vector<std::string_view> lines;
  const std::string_view text = source.text();
  for (std::size_t begin = source.begin(); begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (line[0] != '{') return {};
    lines.push_back(line);
  }
  if (lines.size() < 2) return {};
  // The first line of an object that is laid out over several is a bracket alone.
  const std::size_t last = lines[0].find_last_not_of(" \t\r");
  return lines[0][last] == '}' ? lines : std::vector<std::string_view>{};
}

void move_offsets(Node& node, std::uint32_t by) {
  node.offset += by;
  for (Node& child : node.children) move_offsets(child, by);
}

std::optional<Node> read_line(std::string_view line, std::uint32_t offset, Findings& findings) {
  const Source source(line);
  Findings own(source);
  auto value = read_tree(source, own);
  const bool good = own.errors() == 0;
  for (Diagnostic& found : own.finish())
    findings.error(static_cast<std::size_t>(found.offset) + offset, std::move(found.message));
  if (!value || !good) return std::nullopt;
  move_offsets(*value, offset);
  return value;
}

std::string_view shown_kind(const Node& map) {
  const Node* kind = find_value(map, "kind");
  return is_absent(kind) || kind->kind != Node::Kind::scalar ? std::string_view()
                                                             : std::string_view(kind->text);
}

std::optional<Resource::Kind> kind_of(const Node& map, const Node& payload, Findings& findings) {
  std::string_view kind = shown_kind(map);
  if (kind.empty()) kind = shown_kind(payload);
  if (kind == "filter") return Resource::Kind::filter;
  if (kind == "aggregationRule" || kind == "aggregation") return Resource::Kind::aggregation;
  if (kind == "enrichmentRule" || kind == "enrichment") return Resource::Kind::enrichment;
  if (!kind.empty()) {
    findings.error(map, fmt::format("a resource of the kind {} is not imported; filters, "
                                    "aggregation rules and enrichment rules are",
                                    quote(kind)));
    return std::nullopt;
  }
  if (find_value(payload, "sourceKind") != nullptr) return Resource::Kind::enrichment;
  if (is_kuma_filter(payload)) return Resource::Kind::filter;
  if (find_value(payload, "identicalFields") != nullptr) return Resource::Kind::aggregation;
  findings.error(
      payload,
      "this is neither a filter, which has a 'root', nor an aggregation rule, which has "
      "'identicalFields', nor an enrichment rule, which has a 'sourceKind'; nothing else "
      "is imported");
  return std::nullopt;
}

// The enrichment rules that a normalizer, a collector or a map of another kind holds. False if it
// holds none.
bool take_held(const Node& map, const Node& payload, std::vector<Resource>& resources,
               Findings& findings) {
  if (find_value(payload, "sourceKind") != nullptr) return false;
  const auto take_one = [&](const Node& record) {
    if (record.kind == Node::Kind::map)
      resources.push_back({Resource::Kind::enrichment, &record, text_of(record, "name")});
    else if (record.kind != Node::Kind::broken)
      findings.error(record, fmt::format("an enrichment rule is a map, not {}", describe(record)));
  };
  bool any = false;
  for (const std::string_view key : {"enrichment", "enrichments"}) {
    const Node* held = find_value(payload, key);
    // An empty map or list is how some versions write that there is none.
    if (is_absent(held) || held->children.empty()) continue;
    any = true;
    if (held->kind == Node::Kind::map) take_one(*held);
    if (held->kind == Node::Kind::sequence)
      for (const Node& record : held->children)
        if (!findings.full()) take_one(record);
  }
  const std::string_view kind = shown_kind(map).empty() ? shown_kind(payload) : shown_kind(map);
  if (any && !kind.empty())
    findings.warning(map, fmt::format("of a resource of the kind {} the enrichment rules alone are "
                                      "imported",
                                      quote(kind)));
  return any;
}

void take(const Node& value, std::vector<Resource>& resources, Findings& findings) {
  if (value.kind == Node::Kind::broken) return;
  if (value.kind != Node::Kind::map) {
    findings.error(value, fmt::format("a resource of KUMA is a map, not {}", describe(value)));
    return;
  }
  const Node* inner = find_value(value, "payload");
  if (!is_absent(inner) && inner->kind != Node::Kind::map) {
    findings.error(*inner, fmt::format("payload must be a map, not {}", describe(*inner)));
    return;
  }
  const Node& payload = is_absent(inner) ? value : *inner;
  if (take_held(value, payload, resources, findings)) return;
  const auto kind = kind_of(value, payload, findings);
  if (!kind) return;
  std::string name = text_of(payload, "name");
  if (name.empty()) name = text_of(value, "name");
  resources.push_back({*kind, &payload, std::move(name)});
}

}  // namespace

std::vector<Node> read_values(const Source& source, Findings& findings) {
  std::vector<Node> values;
  const std::vector<std::string_view> lines = json_lines(source);
  if (lines.empty()) {
    auto value = read_tree(source, findings);
    if (value && is_empty_list(&*value))
      findings.error(*value, "there is nothing to import; give what KUMA exported");
    else if (value)
      values.push_back(std::move(*value));
    return values;
  }
  try {
    source.check();
  } catch (const Failure& failure) {
    findings.error(static_cast<std::size_t>(std::max<std::int64_t>(0, failure.position().offset)),
                   failure.what());
    return values;
  }
  for (const std::string_view line : lines) {
    if (findings.full()) break;
    const auto offset = static_cast<std::uint32_t>(line.data() - source.text().data());
    if (auto value = read_line(line, offset, findings)) values.push_back(std::move(*value));
  }
  return values;
}

std::vector<Resource> resources_of(const Node& value, Findings& findings) {
  std::vector<Resource> resources;
  if (value.kind == Node::Kind::sequence) {
    for (const Node& item : value.children)
      if (!findings.full()) take(item, resources, findings);
  } else {
    take(value, resources, findings);
  }
  return resources;
}

std::string text_of(const Node& map, std::string_view key) {
  const Node* node = find_value(map, key);
  return is_absent(node) || node->kind != Node::Kind::scalar ? std::string() : node->text;
}

}  // namespace weir::rule
