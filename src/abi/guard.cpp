#include "abi/guard.h"

#include <algorithm>
#include <cstddef>

namespace weir::abi {

std::int32_t report(weir_error* error, Status status, std::string_view message,
                    const Position& position) noexcept {
  const auto code = static_cast<std::int32_t>(status);
  if (error == nullptr || error->struct_size < sizeof(std::uint32_t)) return code;
  weir_error full{};
  full.struct_size = error->struct_size;
  full.status = code;
  full.offset = position.offset;
  full.line = position.line;
  full.column = position.column;
  std::size_t size = std::min(message.size(), sizeof full.message - 1);
  // Not in the middle of a character.
  while (size < message.size() && size > 0 &&
         (static_cast<unsigned char>(message[size]) & 0xC0) == 0x80)
    --size;
  std::memcpy(full.message, message.data(), size);
  const std::size_t room = std::min<std::size_t>(error->struct_size, sizeof full);
  std::memcpy(static_cast<void*>(error), &full, room);
  if (room < sizeof full && room > offsetof(weir_error, message))
    reinterpret_cast<char*>(error)[room - 1] = '\0';
  return code;
}

void refuse(const char* message) { throw Failure(Status::invalid_argument, message); }

}  // namespace weir::abi
