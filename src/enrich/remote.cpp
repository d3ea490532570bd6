#include "enrich/remote.h"

#include <algorithm>
#include <atomic>

namespace weir::enrich {

bool is_remote(const Kind& kind) noexcept {
  return std::holds_alternative<CyberTraceSettings>(kind) ||
         std::holds_alternative<DnsSettings>(kind);
}

bool same_remote(const Kind& a, const Kind& b) noexcept {
  if (const auto* const settings = std::get_if<CyberTraceSettings>(&a))
    return std::holds_alternative<CyberTraceSettings>(b) &&
           *settings == std::get<CyberTraceSettings>(b);
  return std::holds_alternative<DnsSettings>(b) &&
         std::get<DnsSettings>(a) == std::get<DnsSettings>(b);
}

namespace {

// Enough that no connection has to wait for the next question, and no more: what waits behind them
// is late when the server turns out to be slow.
template <class Settings>
std::uint64_t most_held(const Settings& settings, std::uint64_t at_once) {
  std::uint64_t most =
      std::min<std::uint64_t>(std::max<std::uint64_t>(256, 8 * at_once), settings.queue / 2);
  if (settings.rps != 0)  // in half the time that a question has
    most = std::min<std::uint64_t>(
        most, static_cast<std::uint64_t>(static_cast<double>(settings.rps) *
                                         static_cast<double>(settings.timeout.nanos) * 0.5e-9));
  return std::max<std::uint64_t>(most, 1);
}

std::atomic<std::uint64_t> clients_ever{0};

std::uint64_t most_held(const Kind& kind) {
  const auto* const settings = std::get_if<CyberTraceSettings>(&kind);
  if (settings != nullptr) return most_held(*settings, settings->connections);
  const auto& dns = std::get<DnsSettings>(kind);
  return most_held(dns, dns.workers);
}

}  // namespace

Client::Client(const Kind& kind, Bell& bell, std::function<void(std::string_view)> log)
    : serial_(++clients_ever), most_held_(most_held(kind)) {
  if (const auto* const settings = std::get_if<CyberTraceSettings>(&kind)) {
    auto client = std::make_unique<CyberTraceClient>(*settings, bell, std::move(log));
    exchange_ = &client->exchange();
    client_ = std::move(client);
  } else {
    auto client = std::make_unique<DnsClient>(std::get<DnsSettings>(kind), bell);
    exchange_ = &client->exchange();
    client_ = std::move(client);
  }
}

namespace {

std::variant<CyberTrace, Dns> wired(const Kind& kind, Wiring& wiring) {
  if (const auto* const settings = std::get_if<CyberTraceSettings>(&kind))
    return CyberTrace(*settings, wiring);
  return Dns(std::get<DnsSettings>(kind), wiring);
}

}  // namespace

Remote::Remote(const Kind& kind, Wiring& wiring) : rule_(wired(kind, wiring)) {}

bool Remote::ask(const Subject& subject, std::string& question, std::uint64_t& dropped) const {
  if (const auto* const rule = std::get_if<CyberTrace>(&rule_))
    return rule->ask(subject, question, dropped);
  return std::get<Dns>(rule_).ask(subject, question);
}

Effect Remote::finish(std::string_view answer, Subject& subject) const {
  return std::visit([&](const auto& rule) { return rule.finish(answer, subject); }, rule_);
}

}  // namespace weir::enrich
