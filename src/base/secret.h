// A number that an attacker who chooses the keys of events does not know.
#pragma once

#include <cstdint>

namespace weir {

// The same for the life of the process, another in the next: made of where the system has put the
// library, the heap and the stack. Seeds hashes, so that nobody can prepare keys that collide; no
// output depends on it.
std::uint64_t process_secret() noexcept;

}  // namespace weir
