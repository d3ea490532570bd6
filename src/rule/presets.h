// The mappings that the library ships: presets/*.yaml, compiled in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "event/field_map.h"
#include "rule/document.h"

namespace weir::rule {

struct Preset {
  std::string_view name;  // of its file
  std::string_view text;  // a document that has `map:` and nothing else
};

// By name. The id of each is its place, counted from 1.
std::span<const Preset> presets() noexcept;

// Throws Failure(not_found) with a did-you-mean.
std::uint32_t preset_id(std::string_view name);

// What a preset says, read when it is first asked for. It lives as long as the process. Throws
// Failure(not_found) for an id that is none. Any thread.
const FieldMap& preset_map(std::uint32_t id, Schema schema);

// What fills the fields of events whose source states that preset, or 0: the document's map, over
// the preset's, which for 0 is the one that the document names, if it names one. Throws as
// preset_map.
FieldMap effective_map(const Document& document, std::uint32_t preset);

// [{"name":…,"description":…}]: the description is the first line of its text, a comment.
std::string presets_json();

}  // namespace weir::rule
