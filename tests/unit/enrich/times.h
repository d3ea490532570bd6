// Times for tests of what asks over the network.
#pragma once

#include <chrono>
#include <cstdint>

#include "enrich/exchange.h"

namespace weir::enrich {

inline Duration ms(std::int64_t count) { return {count * 1'000'000}; }

}  // namespace weir::enrich
