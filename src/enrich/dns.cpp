#include "enrich/dns.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/ip.h"
#include "enrich/dns_text.h"

namespace weir::enrich {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

Dns::Dns(const DnsSettings& settings, Wiring& wiring)
    : source_(wiring.source(settings.source)),
      target_(wiring.target(settings.target)),
      private_only_(settings.private_only) {}

bool Dns::ask(const Subject& subject, std::string& question) const {
  const Value& value = subject.value(source_);
  if (value.kind != weir::Kind::text) return false;
  std::string_view text = value.text();
  if (const auto address = parse_address(text)) {
    if (private_only_ && !is_private(*address)) return false;
    std::array<char, INET6_ADDRSTRLEN> buffer;
    const bool quad = address->is_ipv4();
    inet_ntop(quad ? AF_INET : AF_INET6, address->bytes.data() + (quad ? 12 : 0), buffer.data(),
              buffer.size());
    question = buffer.data();
    return true;
  }
  if (text.ends_with('.')) text.remove_suffix(1);
  if (!is_host_name(text)) return false;
  question = text;
  std::transform(question.begin(), question.end(), question.begin(), lower);
  return true;
}

Effect Dns::finish(std::string_view answer, Subject& subject) const {
  if (answer.empty()) return Effect::missed;
  return subject.set(target_, Value::of(answer)) ? Effect::applied : Effect::failed;
}

}  // namespace weir::enrich
