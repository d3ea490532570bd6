// Callbacks whose user data tell how often they were destroyed.
#pragma once

#include <cstdint>

#include "host.h"

namespace host {

// How often user data was destroyed; a test sets it to 0 first.
inline int destroyed = 0;
inline void count_destroy(void*) { ++destroyed; }

inline void leave_all(void*, const weir_event*, std::uint64_t count, std::int32_t* answers) {
  for (std::uint64_t i = 0; i < count; ++i) answers[i] = WEIR_LEAVE;
}

inline weir_callbacks with_destructor() {
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.filter = leave_all;
  callbacks.user = &destroyed;
  callbacks.destroy = count_destroy;
  return callbacks;
}

// A rule for them.
inline constexpr const char* mine = "name: mine\nidentical_fields: [SourceAddress]\n";

}  // namespace host
