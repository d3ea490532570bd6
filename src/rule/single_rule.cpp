#include "rule/single_rule.h"

#include <fmt/format.h>

#include "rule/aggregation.h"
#include "rule/enrichment.h"
#include "rule/settings_map.h"

namespace weir::rule {

Document read_single_rule(const Node& root, const Source& source, SavedFilters& saved,
                          std::string_view directory, Findings& findings) {
  Document document;
  document.schema = saved.schema();
  if (root.kind != Node::Kind::map) {
    if (root.is_null())
      findings.error(root, "the rule is empty; write at least 'name' and 'identical_fields'");
    else if (root.kind != Node::Kind::broken)
      findings.error(root, fmt::format("a rule must be a map, not {}", describe(root)));
    return document;
  }
  for (const std::string_view key : {"aggregation", "enrichment"})
    if (const Node* rules = find_value(root, key)) {
      findings.error(*rules,
                     "this is a whole document; give one item of this list, or load the "
                     "document");
      return document;
    }
  if (find_value(root, "type") != nullptr)
    document.enrichment.push_back(
        read_enrichment(root, source, saved, directory, Callback::optional, findings));
  else
    document.aggregation.push_back(read_aggregation(root, source, saved, findings));
  return document;
}

}  // namespace weir::rule
