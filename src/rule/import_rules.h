// Aggregation rules as KUMA writes them: {name, threshold, window, identicalFields, uniqueFields,
// sumFields, filter}.
#pragma once

#include <optional>
#include <string>

#include "filter/tree.h"
#include "rule/findings.h"
#include "rule/import_input.h"

namespace weir::rule {

// A rule's settings as a document has them, each a line; without what depends on other rules: its
// name, its id and its filter.
struct ImportedRule {
  std::string name;
  std::size_t name_offset = 0;
  std::string tenant;
  std::string id;
  std::string settings;
};

// Reports what is wrong and gives nullopt. What has no counterpart here is reported and left out.
std::optional<ImportedRule> read_kuma_rule(const Resource& resource, Findings& findings);

}  // namespace weir::rule
