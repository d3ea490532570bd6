// From the JSON that KUMA exports to a document: filters, aggregation rules and enrichment rules.
#pragma once

#include <string>
#include <string_view>

namespace weir::rule {

// {"document": YAML, "diagnostics": […]}. What cannot be read is a diagnostic, and the rest goes
// on.
std::string import_json(std::string_view text);

// {"expressions": [{"name", "expression"}], "diagnostics": […]}, of filters alone.
std::string expressions_json(std::string_view text);

}  // namespace weir::rule
