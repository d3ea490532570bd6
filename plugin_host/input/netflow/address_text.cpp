#include "input/netflow/address_text.h"

#include <array>
#include <cstring>

#include "input/netflow/bytes.h"

namespace weir::host {
namespace {

// The decimal text of every byte, and its length: one look-up and one 4-byte copy an octet.
struct Octet {
  char text[3];
  std::uint8_t length;
};

constexpr std::array<Octet, 256> make_octets() {
  std::array<Octet, 256> all{};
  for (unsigned value = 0; value < 256; ++value) {
    Octet& octet = all[value];
    unsigned length = 0;
    if (value >= 100) octet.text[length++] = static_cast<char>('0' + value / 100);
    if (value >= 10) octet.text[length++] = static_cast<char>('0' + value / 10 % 10);
    octet.text[length++] = static_cast<char>('0' + value % 10);
    octet.length = static_cast<std::uint8_t>(length);
  }
  return all;
}

constexpr std::array<Octet, 256> kOctets = make_octets();

char* write_group(std::uint16_t group, char* out) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (group >> shift) & 0xfu;
    started = started || digit != 0 || shift == 0;
    if (started) *out++ = digits[digit];
  }
  return out;
}

bool is_mapped(const std::uint8_t* address) noexcept {
  static constexpr std::uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(address, prefix, sizeof prefix) == 0;
}

struct ZeroRun {
  int start = -1;
  int length = 0;
};

ZeroRun longest_zero_run(const std::uint16_t (&groups)[8]) noexcept {
  ZeroRun best;
  ZeroRun run;
  for (int i = 0; i < 8; ++i) {
    if (groups[i] != 0) {
      run = ZeroRun{};
      continue;
    }
    if (run.length == 0) run.start = i;
    if (++run.length > best.length) best = run;
  }
  return best.length >= 2 ? best : ZeroRun{};
}

}  // namespace

std::size_t write_ipv4(const std::uint8_t* address, char* out) noexcept {
  char* at = out;
  for (int i = 0; i < 4; ++i) {
    const Octet& octet = kOctets[address[i]];
    if (i != 0) *at++ = '.';
    std::memcpy(at, octet.text, sizeof octet.text);
    at += octet.length;
  }
  return static_cast<std::size_t>(at - out);
}

std::size_t write_ipv6(const std::uint8_t* address, char* out) noexcept {
  if (is_mapped(address)) {
    std::memcpy(out, "::ffff:", 7);
    return 7 + write_ipv4(address + 12, out + 7);
  }
  std::uint16_t groups[8];
  for (int i = 0; i < 8; ++i) groups[i] = load16(address + 2 * i);
  const ZeroRun zeros = longest_zero_run(groups);
  char* at = out;
  for (int i = 0; i < 8;) {
    if (i == zeros.start) {
      *at++ = ':';
      *at++ = ':';
      i += zeros.length;
      continue;
    }
    if (i != 0 && i != zeros.start + zeros.length) *at++ = ':';
    at = write_group(groups[i], at);
    ++i;
  }
  return static_cast<std::size_t>(at - out);
}

}  // namespace weir::host
