// The lookups of a document: dictionaries, tables, active lists, context tables, assets, the
// directory.
#pragma once

#include <string_view>
#include <vector>

#include "lookup/tables.h"
#include "rule/document.h"
#include "rule/settings_map.h"

namespace weir::rule {

// Reads those sections of a document, with the files that they name; a relative path starts in the
// directory. What cannot be read is reported, and declared all the same, as not good, so that
// filters which name it are not reported as well. Both `declared` and `tables` have all of them
// then.
void read_lookups(const SettingsMap& top, std::string_view directory,
                  std::vector<DeclaredTable>& declared, lookup::Tables& tables);

}  // namespace weir::rule
