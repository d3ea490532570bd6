// Writing JSON: texts with every escape that JSON demands, and invalid UTF-8 replaced by U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace weir::host {

// Appends the text in quotation marks.
void append_json(std::string& out, std::string_view text);

std::string json_text(std::string_view text);

}  // namespace weir::host
