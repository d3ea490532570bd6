// How long the texts of KUMA's schema may be.
#pragma once

#include <cstdint>

#include "event/schema.h"

namespace weir::enrich {

// The longest text that KUMA's schema gives a field, in code points; 0: no limit is known.
std::uint32_t text_limit(FieldId field) noexcept;
// Of `Raw`, in bytes.
std::uint32_t text_limit_bytes(FieldId field) noexcept;

}  // namespace weir::enrich
