// Builds datagrams and packets for tests, byte by byte.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::host {

class Octets {
 public:
  Octets& u8(unsigned value) { return put(value, 1); }
  Octets& u16(unsigned value) { return put(value, 2); }
  Octets& u32(std::uint64_t value) { return put(value, 4); }
  Octets& u64(std::uint64_t value) { return put(value, 8); }
  Octets& text(std::string_view bytes) {
    for (const char byte : bytes) bytes_.push_back(static_cast<std::uint8_t>(byte));
    return *this;
  }
  Octets& zeros(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bytes_.push_back(0);
    return *this;
  }
  Octets& ip(unsigned a, unsigned b, unsigned c, unsigned d) { return u8(a).u8(b).u8(c).u8(d); }
  Octets& add(const Octets& other) {
    for (const std::uint8_t byte : other.bytes_) bytes_.push_back(byte);
    return *this;
  }
  Octets& overwrite16(std::size_t at, unsigned value) {
    bytes_[at] = static_cast<std::uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<std::uint8_t>(value);
    return *this;
  }
  std::size_t size() const { return bytes_.size(); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  Octets& put(std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return *this;
  }
  std::vector<std::uint8_t> bytes_;
};

// A set of v9 or IPFIX: its id, its length, its body.
inline Octets set_of(unsigned id, const Octets& body) {
  Octets set;
  set.u16(id).u16(static_cast<unsigned>(body.size() + 4)).add(body);
  return set;
}

using FieldList = std::initializer_list<std::pair<unsigned, unsigned>>;  // element, length

inline Octets template_of(unsigned id, FieldList fields) {
  Octets body;
  body.u16(id).u16(static_cast<unsigned>(fields.size()));
  for (const auto& [element, length] : fields) body.u16(element).u16(length);
  return body;
}

constexpr std::uint32_t kExport = 1700000000;  // seconds
constexpr std::uint32_t kUptime = 500000;      // milliseconds

// The count in the header is wrong on purpose: nobody may trust it.
inline Octets v9_of(std::initializer_list<Octets> sets, std::uint32_t sequence = 1,
                    std::uint32_t source = 7) {
  Octets datagram;
  datagram.u16(9).u16(999).u32(kUptime).u32(kExport).u32(sequence).u32(source);
  for (const Octets& set : sets) datagram.add(set);
  return datagram;
}

inline Octets ipfix_of(std::initializer_list<Octets> sets, std::uint32_t sequence = 1,
                       std::uint32_t domain = 7) {
  Octets datagram;
  datagram.u16(10).u16(0).u32(kExport).u32(sequence).u32(domain);
  for (const Octets& set : sets) datagram.add(set);
  return datagram.overwrite16(2, static_cast<unsigned>(datagram.size()));
}

}  // namespace weir::host
