// The files that a document names: rows of lookups and data of `type: geographic`.
#pragma once

#include <string>
#include <string_view>

namespace weir::rule {

// Their paths as a JSON array, each once, sorted; none of what is no document. They are not opened,
// and nothing else of the document is looked at. directory: as of parse_document().
std::string files_json(std::string_view document, std::string_view directory);

}  // namespace weir::rule
