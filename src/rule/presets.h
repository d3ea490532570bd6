#pragma once
#include "rule/document.h"
namespace weir::rule {
inline std::uint32_t preset_count() noexcept { return 0; }
inline FieldMap effective_map(const Document& document, std::uint32_t) { return document.map; }
}  // namespace weir::rule
