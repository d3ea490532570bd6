// Scalars that are a number and perhaps a unit: durations and sizes.
#pragma once

#include <cstdint>
#include <optional>

#include "rule/node.h"

namespace weir::rule {

// Nanoseconds: a number of seconds, or a number with ms, s, m, h or d. 0 for what is not more than
// 0 or is more than 365 days; nullopt for what is no duration. REQUIRES a scalar
std::optional<std::int64_t> read_duration(const Node& node);

// Bytes: a number of them, or a number with KB (1000), KiB (1024) and so on up to TB and TiB. 0 for
// what is less than one byte or does not fit; nullopt for what is no size. REQUIRES a scalar
std::optional<std::int64_t> read_bytes(const Node& node);

}  // namespace weir::rule
