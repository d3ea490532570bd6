// Resolves addresses and names (c-ares) from a thread of its own.
#pragma once

#include <memory>

#include "enrich/exchange.h"
#include "enrich/settings.h"

namespace weir::enrich {

// A question is one request, or two for a name that has no IPv4 address. What the server does not
// answer, or refuses, goes to the next one; each is tried twice within the question's time, and
// one that does not answer is not the first any more.
//
// Outcomes: ok, also for what has no name or no address (an empty answer); timeout; protocol_error,
// if a server refused (SERVFAIL, REFUSED and the like) or sent what cannot be read, and none did
// better; connect_failed, if none could be reached, at once. Neither /etc/hosts nor the search
// domains of resolv.conf are looked at.
class DnsClient {
 public:
  // Throws Failure: invalid_argument, a server that is no address; internal, no thread can be had.
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
