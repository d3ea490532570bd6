// What is imported: the values of a text, and which resource of KUMA each is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// The values of a document: one, or one a line (NDJSON). What cannot be read is reported, and the
// other lines count. Offsets are those in the whole text.
std::vector<Node> read_values(const Source& source, Findings& findings);

struct Resource {
  enum class Kind : std::uint8_t { filter, aggregation, enrichment };
  Kind kind = Kind::filter;
  const Node* payload = nullptr;  // a map
  std::string name;               // as it says itself, or what holds it; may be empty
};

// The resources of a value: a payload, a resource {kind, payload}, a list of them, or what holds
// enrichment rules, such as a normalizer. What is none of these is reported. They point into the
// value.
std::vector<Resource> resources_of(const Node& value, Findings& findings);

// The text of a value; empty if it is absent or no text.
std::string text_of(const Node& map, std::string_view key);

}  // namespace weir::rule
