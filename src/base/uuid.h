// UUIDs (RFC 9562), version 5.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

// SHA-1 of the name space and the name, as RFC 9562 section 5.5 has it.
Uuid uuid_v5(const Uuid& name_space, std::string_view name) noexcept;

// The 36 characters 8-4-4-4-12, hex in either case.
std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

// Lower case, 36 characters, no NUL.
void write_uuid(const Uuid& uuid, char* out) noexcept;
std::string to_string(const Uuid& uuid);

}  // namespace weir
