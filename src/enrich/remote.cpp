#include "enrich/remote.h"

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

Client::Client(const Kind& kind, Bell& bell, std::function<void(std::string_view)> log) {
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
