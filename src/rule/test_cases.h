// The `tests:` of a document: events in, steps of a virtual clock, outputs expected.
#pragma once

#include <string>
#include <string_view>

namespace weir::rule {

// [{"name", "line", "steps": […]}], for whoever runs them. Throws Failure(invalid_document) with
// the first error of the document.
std::string tests_json(std::string_view document, std::string_view directory);

}  // namespace weir::rule
