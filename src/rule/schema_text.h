// src/rule/document.schema.json as it was written: what only the library knows (the names of fields
// and presets, the forms of times) stands there as "@FIELD@" and the like.
#pragma once

#include <string_view>

namespace weir::rule {

std::string_view schema_text() noexcept;

}  // namespace weir::rule
