// What a document says without a mistake in any one place, and still cannot mean.
#pragma once

#include "rule/document.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// Warns of what a document that has no errors proves to be a mistake: rules that never take an
// event or never merge two, sums that add nothing up, parts that nothing uses.
// REQUIRES: `root` is what `document` was read from, and nothing in it was an error.
void warn_of_mistakes(const Node& root, const Document& document, Findings& findings);

// The share of it about saved filters and lookups that nothing names.
void warn_of_unused(const Node& root, const Document& document, Findings& findings);

}  // namespace weir::rule
