// From text to the tree of node.h: one reader a language, each in a translation unit of its own
// with the library that it stands on.
#pragma once

#include <optional>

#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// The whole document; nullopt if it cannot be read on, with the reason among the findings.
// Duplicate keys, anchors and tags are found too, and the reading goes on.
std::optional<Node> read_tree(const Source& source, Findings& findings);

// Both throw Failure with an offset for what cannot be read on. A document with nothing in it is a
// null scalar.
Node read_yaml(const Source& source, Findings& findings);
Node read_json(const Source& source, Findings& findings);

// Reports keys of a finished map that stand in it twice, or are no text.
void check_keys(const Node& map, Findings& findings);

}  // namespace weir::rule
