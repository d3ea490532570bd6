// Resolves addresses and names (c-ares) from a thread of its own.
#pragma once

#include <memory>

#include "enrich/exchange.h"
#include "enrich/settings.h"

namespace weir::enrich {

class DnsClient {
 public:
  // Throws Failure: servers that c-ares does not take; internal: no thread can be had.
  DnsClient(const DnsSettings& settings, Bell& bell);
  // Cancels what is not answered. Waits for the thread.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  // Questions are addresses or names; an answer is the name or the address, empty if there is none.
  Exchange& exchange() noexcept;

 private:
  class Resolver;
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace weir::enrich
