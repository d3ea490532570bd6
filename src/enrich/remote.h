// Rules that ask over the network.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "enrich/cybertrace.h"
#include "enrich/cybertrace_client.h"
#include "enrich/dns.h"
#include "enrich/dns_client.h"

namespace weir::enrich {

bool is_remote(const Kind& kind) noexcept;

// Whether a client made for one can serve the other. REQUIRES: both are remote
bool same_remote(const Kind& a, const Kind& b) noexcept;

// Who asks for a rule; outlives reloads that leave the rule as it is.
class Client {
 public:
  // As CyberTraceClient and DnsClient. REQUIRES: is_remote
  Client(const Kind& kind, Bell& bell, std::function<void(std::string_view)> log);
  Exchange& exchange() const noexcept { return *exchange_; }
  // Tells it from all others that there are or have been; never 0.
  std::uint64_t serial() const noexcept { return serial_; }
  // How many questions may come so that all of them are asked in time; held: those that are there.
  std::uint64_t room(std::uint64_t held) const noexcept {
    return held < most_held_ ? most_held_ - held : 0;
  }

 private:
  std::variant<std::monostate, std::unique_ptr<CyberTraceClient>, std::unique_ptr<DnsClient>>
      client_;
  Exchange* exchange_ = nullptr;
  const std::uint64_t serial_;
  std::uint64_t most_held_;
};

// What such a rule asks about events, and makes of answers.
class Remote {
 public:
  // REQUIRES: is_remote
  Remote(const Kind& kind, Wiring& wiring);
  // False if there is nothing to ask about. dropped: values that cannot be sent.
  bool ask(const Subject& subject, std::string& question, std::uint64_t& dropped) const;
  Effect finish(std::string_view answer, Subject& subject) const;

 private:
  std::variant<CyberTrace, Dns> rule_;
};

}  // namespace weir::enrich
