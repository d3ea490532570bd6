// The part of the JSON Schema of documents that describes filters as KUMA writes them.
#pragma once

#include <string_view>

namespace weir::rule {

// Definitions `kuma_filter` (a payload) and `kuma_node` (its root), each with a comma behind it.
std::string_view kuma_schema() noexcept;

}  // namespace weir::rule
