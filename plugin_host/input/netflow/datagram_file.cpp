#include "input/netflow/datagram_file.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::size_t kMaxDatagram = 65535;

}  // namespace

void read_datagram(ByteSource& source, Decoder& decoder,
                   const std::function<void(const std::string&)>& warn) {
  std::vector<char> bytes(kMaxDatagram + 1);
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::size_t got = source.read({bytes.data() + used, bytes.size() - used});
    if (got == 0) break;
    used += got;
  }
  if (stop_requested()) return;
  if (used > kMaxDatagram) {
    throw Failure(Exit::bad_input,
                  fmt::format("'{}' is longer than a datagram; a file of format netflow holds one",
                              source.name()));
  }
  const NetflowStats before = decoder.stats();
  decoder.decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), used}, Address{});
  if (decoder.stats().unsupported != before.unsupported) {
    warn(fmt::format("'{}' is no NetFlow datagram of version 5, 9 or 10", source.name()));
  } else if (decoder.stats().malformed != before.malformed) {
    warn(fmt::format("'{}' is a malformed NetFlow datagram; what is broken in it was left out",
                     source.name()));
  }
}

}  // namespace weir::host
