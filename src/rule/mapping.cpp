#include "rule/mapping.h"

#include <fmt/format.h>

#include <map>

#include "rule/fields.h"

namespace weir::rule {

namespace {

// Members of an event nest no deeper.
constexpr std::size_t max_parts = 64;

// The parts of a key; `fault` says what is wrong with it, and what to do.
std::optional<KeyPath> split(std::string_view key, std::string_view& fault) {
  KeyPath path(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '.') {
      path.emplace_back();
      continue;
    }
    if (key[i] == '\\') {
      if (++i == key.size() || (key[i] != '.' && key[i] != '\\')) {
        fault = "has a backslash that stands before neither a dot nor a backslash; double it";
        return std::nullopt;
      }
    }
    path.back() += key[i];
  }
  for (const std::string& part : path)
    if (part.empty())
      fault = "has an empty part; write one dot between names, and \\. for a dot in a name";
  if (path.size() > max_parts) fault = "has more than 64 parts, and events do not nest so deep";
  if (key.size() > max_open_name) fault = "is longer than 1024 bytes; correct it";
  if (!fault.empty()) return std::nullopt;
  return path;
}

class MapReader {
 public:
  MapReader(Schema schema, Findings& findings) : schema_(schema), findings_(findings) {}

  void read(const Node& key, const Node& value) {
    std::string_view fault;
    const auto path = split(key.text, fault);
    if (!path) findings_.error(key, fmt::format("the key {} of map {}", quote(key.text), fault));
    const auto field = read_target(value);
    if (!field || !is_free(key, value, *field) || !path) return;
    map_.fields.push_back({*field, {{*path, nullptr, nullptr, {}, {}}}, std::nullopt});
  }

  FieldMap take() { return std::move(map_); }

 private:
  std::optional<FieldId> read_target(const Node& value) {
    if (value.kind == Node::Kind::map) {
      findings_.error(value,
                      "map must hold names of fields, not a map; write the nested key as one, "
                      "with dots: outer.inner");
      return std::nullopt;
    }
    const auto field = read_field(value, "map must hold names of fields", schema_, findings_);
    if (!field) return std::nullopt;
    if (value.text == "Extra")
      findings_.error(value, "'Extra' is a map; name one of its keys: Extra.<key>");
    else if (field_type(*field, schema_) == FieldType::structured)
      findings_.error(value, fmt::format("{} holds structured data, which map cannot fill; name "
                                         "another field",
                                         quote(value.text)));
    else
      return field;
    return std::nullopt;
  }

  bool is_free(const Node& key, const Node& value, FieldId field) {
    const auto [first, added] = filled_.emplace(field, &key);
    if (!added && first->second->text != key.text)
      findings_.error(value, fmt::format("{} is filled from {} already, on line {}; remove one",
                                         quote(value.text), quote(first->second->text),
                                         findings_.line(first->second->offset)));
    return added;
  }

  Schema schema_;
  Findings& findings_;
  FieldMap map_;
  std::map<FieldId, const Node*> filled_;
};

}  // namespace

FieldMap read_map(const SettingsMap& top, Schema schema) {
  const Node* node = top.find("map");
  if (node == nullptr || node->kind == Node::Kind::broken) return {};
  if (node->kind != Node::Kind::map) {
    top.findings().error(
        *node, fmt::format("map must be a map of keys to fields, not {}", describe(*node)));
    return {};
  }
  MapReader reader(schema, top.findings());
  for (std::size_t i = 0; i < node->pairs() && !top.findings().full(); ++i) {
    const Node& key = node->key(i);
    // Keys that are no text have been reported with the map, and so have those that stand twice.
    if (key.kind == Node::Kind::scalar && !key.is_null()) reader.read(key, node->value(i));
  }
  return reader.take();
}

}  // namespace weir::rule
