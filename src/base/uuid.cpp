#include "base/uuid.h"

#include <nettle/sha1.h>

#include <algorithm>

#include "base/text.h"

namespace weir {

Uuid uuid_v5(const Uuid& name_space, std::string_view name) noexcept {
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, name_space.bytes.size(), name_space.bytes.data());
  sha1_update(&context, name.size(), reinterpret_cast<const std::uint8_t*>(name.data()));
  Uuid uuid;
  sha1_digest(&context, uuid.bytes.size(), uuid.bytes.data());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x50);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

namespace {

constexpr bool is_dash(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::optional<Uuid> parse_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t nibbles = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_digit(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = uuid.bytes[nibbles++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  return uuid;
}

void write_uuid(const Uuid& uuid, char* out) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  std::size_t at = 0;
  for (const std::uint8_t byte : uuid.bytes) {
    if (is_dash(at)) out[at++] = '-';
    out[at++] = digits[byte >> 4];
    out[at++] = digits[byte & 15];
  }
}

std::string to_string(const Uuid& uuid) {
  std::string text(36, '\0');
  write_uuid(uuid, text.data());
  return text;
}

}  // namespace weir
