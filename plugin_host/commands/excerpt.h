// The line of a document that a diagnostic speaks of, as people read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::host {

// Two lines of text: that line of the document, and a caret under the token that begins in the
// column, each ending in a line feed. Tabs stay tabs, wide characters count as two columns and
// combining ones as none; a long line is cut around the column. Both numbers from 1, columns in
// code points. Empty if there is no such line.
std::string excerpt(std::string_view document, std::uint64_t line, std::uint64_t column);

}  // namespace weir::host
