#include "rule/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "rule/findings.h"

namespace weir::rule {

namespace {

const Preset& find_preset(std::uint32_t id) {
  if (id == 0 || id > presets().size())
    throw Failure(Status::not_found, "no preset has that id; ids come from weir_preset_id");
  return presets()[id - 1];
}

// A fault in a preset is one of the library's, which its tests look for.
FieldMap read_preset(const Preset& preset, Schema schema) {
  std::string text = schema == Schema::open ? "schema: open\n" : "";
  text += preset.text;
  Parsed parsed = parse_document(text);
  if (!parsed.good())
    throw Failure(Status::internal, fmt::format("the preset {} cannot be read: {}", preset.name,
                                                parsed.diagnostics.front().message));
  return std::move(parsed.document.map);
}

}  // namespace

std::uint32_t preset_id(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) {
    names.push_back(preset.name);
    if (preset.name == name) return static_cast<std::uint32_t>(names.size());
  }
  std::string hint = suggest(name, names);
  if (hint.empty()) hint = fmt::format("; there are {}", fmt::join(names, ", "));
  throw Failure(Status::not_found, fmt::format("unknown preset {}{}", quote(name), hint));
}

const FieldMap& preset_map(std::uint32_t id, Schema schema) {
  // Not destroyed at the end of the process: another thread may still read events by them.
  static auto& maps = *new std::map<std::pair<std::uint32_t, Schema>, FieldMap>;
  static auto& reading = *new std::mutex;
  const Preset& preset = find_preset(id);
  const std::lock_guard lock(reading);
  const auto known = maps.find({id, schema});
  if (known != maps.end()) return known->second;
  return maps.emplace(std::pair(id, schema), read_preset(preset, schema)).first->second;
}

FieldMap effective_map(const Document& document, std::uint32_t preset) {
  if (preset == 0) preset = document.preset;
  if (preset == 0) return document.map;
  return overlay(preset_map(preset, document.schema), document.map);
}

std::string presets_json() {
  std::string out = "[";
  for (const Preset& preset : presets()) {
    std::string_view line = preset.text.substr(0, preset.text.find('\n'));
    line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
    out += out.size() > 1 ? ",\n{\"name\":" : "\n{\"name\":";
    append_json_string(out, preset.name);
    out += ",\"description\":";
    append_json_string(out, line);
    out += '}';
  }
  return out + "\n]\n";
}

}  // namespace weir::rule
