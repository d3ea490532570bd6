// Any bytes as the reply of a DNS server: no crash, no read beyond the bytes, and a text where one
// was found alone. The first byte says what was asked and how the request ended.

#include <ares.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "enrich/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::enrich;
  if (size == 0) return 0;
  static constexpr DnsRecord records[] = {DnsRecord::ptr, DnsRecord::a, DnsRecord::aaaa};
  static constexpr int statuses[] = {ARES_SUCCESS, ARES_SUCCESS, ARES_ENOTFOUND, ARES_ETIMEOUT};
  // A block of its own, whose end a sanitizer knows.
  const std::vector<std::uint8_t> reply(data + 1, data + size);
  for (const char* text : {"10.0.0.1", "2001:db8::1"}) {
    std::string found;
    const DnsEnd end = read_dns_reply(records[data[0] % 3], statuses[data[0] / 3 % 4], reply,
                                      *weir::parse_address(text), found);
    if ((end == DnsEnd::found) != !found.empty()) std::abort();
    if (end == DnsEnd::found && data[0] % 3 != 0 && !weir::parse_address(found)) std::abort();
  }
  return 0;
}
