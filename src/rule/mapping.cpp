#include "rule/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "rule/mapping_constant.h"
#include "rule/mapping_key.h"
#include "rule/mapping_target.h"
#include "rule/presets.h"

namespace weir::rule {

namespace {

// Said where a setting's value looks like a field: the key may have been meant for a source's.
std::string meant_for_a_key(std::string_view setting) {
  return fmt::format("; a source key of that name stands under 'keys': keys: {{{}: …}}", setting);
}

bool is_preset(std::string_view name) noexcept {
  return std::any_of(presets().begin(), presets().end(),
                     [&](const Preset& preset) { return preset.name == name; });
}

// The setting that a key is meant for which is spelt like one and holds what it holds, and no
// field; empty for any other.
std::string_view misspelt_setting(const Node& key, const Node& value) {
  constexpr std::array<std::string_view, 2> of_maps{"constants", "keys"};
  constexpr std::array<std::string_view, 1> of_truths{"keep"}, of_presets{"preset"};
  if (value.kind == Node::Kind::map && find_value(value, "field") == nullptr)
    return nearest(key.text, of_maps);
  if (value.kind != Node::Kind::scalar || value.quoted) return {};
  if (value.text == "true" || value.text == "false") return nearest(key.text, of_truths);
  return is_preset(value.text) ? nearest(key.text, of_presets) : std::string_view();
}

class MapReader {
 public:
  MapReader(Schema schema, Findings& findings) : schema_(schema), findings_(findings) {}

  void read(const Node& map) {
    for (std::size_t i = 0; i < map.pairs() && !findings_.full(); ++i) {
      const Node &key = map.key(i), &value = map.value(i);
      // Keys that are no text have been reported with the map, and so have those that stand twice.
      if (key.kind == Node::Kind::scalar && !key.is_null()) read_member(key, value);
    }
  }

  Mapping take() { return std::move(mapping_); }

 private:
  void read_member(const Node& key, const Node& value) {
    if (key.text == "preset")
      read_preset(value);
    else if (key.text == "keep")
      read_keep(value);
    else if (key.text == "constants")
      read_constants(value);
    else if (key.text == "keys")
      read_keys(value);
    else if (const auto meant = misspelt_setting(key, value); !meant.empty())
      findings_.error(
          key, fmt::format("unknown setting {}; did you mean '{}'?", quote(key.text), meant));
    else
      read_source(key, value);
  }

  void read_preset(const Node& value) {
    if (value.kind == Node::Kind::broken) return;
    if (value.kind != Node::Kind::scalar || value.is_null()) {
      findings_.error(value, fmt::format("preset must be the name of a preset, not {}{}",
                                         describe(value), meant_for_a_key("preset")));
      return;
    }
    try {
      mapping_.preset = preset_id(value.text);
    } catch (const Failure& unknown) {
      findings_.error(value, unknown.what());
    }
  }

  void read_keep(const Node& value) {
    if (value.kind == Node::Kind::broken) return;
    const bool plain = value.kind == Node::Kind::scalar && !value.quoted;
    if (plain && (value.text == "true" || value.text == "false"))
      mapping_.map.keep = value.text == "true";
    else
      findings_.error(value, fmt::format("keep must be true or false, not {}{}", describe(value),
                                         meant_for_a_key("keep")));
  }

  void read_constants(const Node& value) {
    if (value.kind == Node::Kind::broken) return;
    if (value.kind != Node::Kind::map) {
      findings_.error(value, fmt::format("constants must be a map of fields to values, not {}{}",
                                         describe(value), meant_for_a_key("constants")));
      return;
    }
    for (std::size_t i = 0; i < value.pairs() && !findings_.full(); ++i) {
      const Node& name = value.key(i);
      if (name.kind != Node::Kind::scalar || name.is_null()) continue;
      const auto field = read_mapped_field(name, "constants must name fields", schema_, findings_);
      if (!field) continue;
      if (auto constant =
              read_mapping_constant(name, value.value(i), field_type(*field, schema_), findings_))
        entry(*field).constant = std::move(constant);
    }
  }

  void read_keys(const Node& value) {
    if (value.kind == Node::Kind::broken) return;
    if (value.kind != Node::Kind::map) {
      findings_.error(value, fmt::format("keys must be a map of source keys to fields, not {}{}",
                                         describe(value), meant_for_a_key("keys")));
      return;
    }
    for (std::size_t i = 0; i < value.pairs() && !findings_.full(); ++i) {
      const Node& key = value.key(i);
      if (key.kind == Node::Kind::scalar && !key.is_null()) read_source(key, value.value(i));
    }
  }

  void read_source(const Node& key, const Node& value) {
    const auto path = read_key_path(key, "the key", findings_);
    std::vector<MappingTarget> targets;
    if (value.kind == Node::Kind::sequence) {
      if (value.children.empty())
        findings_.error(value, fmt::format("the key {} of map has an empty list; name a field, or "
                                           "remove the key",
                                           quote(key.text)));
      for (const Node& item : value.children) add_target(item, targets);
    } else {
      add_target(value, targets);
    }
    if (!path) return;
    for (MappingTarget& target : targets) {
      target.source.key = *path;
      entry(target.field).sources.push_back(std::move(target.source));
    }
  }

  void add_target(const Node& node, std::vector<MappingTarget>& targets) {
    if (findings_.full()) return;
    auto target = read_mapping_target(node, schema_, findings_);
    if (!target) return;
    const bool twice = std::any_of(targets.begin(), targets.end(), [&](const MappingTarget& other) {
      return other.field == target->field;
    });
    if (twice)
      findings_.error(*target->name, fmt::format("{} stands twice in one list; remove one",
                                                 quote(target->name->text)));
    else
      targets.push_back(std::move(*target));
  }

  MappedField& entry(FieldId field) {
    auto& fields = mapping_.map.fields;
    const auto [place, added] = places_.emplace(field, fields.size());
    if (added) fields.push_back({field, {}, std::nullopt});
    return fields[place->second];
  }

  Schema schema_;
  Findings& findings_;
  Mapping mapping_;
  std::map<FieldId, std::size_t> places_;
};

}  // namespace

Mapping read_map(const SettingsMap& top, Schema schema) {
  const Node* node = top.find("map");
  if (node == nullptr || node->kind == Node::Kind::broken) return {};
  if (node->kind != Node::Kind::map) {
    top.findings().error(
        *node, fmt::format("map must be a map of keys to fields, not {}", describe(*node)));
    return {};
  }
  MapReader reader(schema, top.findings());
  reader.read(*node);
  return reader.take();
}

}  // namespace weir::rule
