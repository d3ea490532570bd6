// `type: dns`.
#include <fmt/format.h>

#include "enrich/dns_text.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 10> dns_keys{{{"servers"},
                                         {"source"},
                                         {"target"},
                                         {"rps"},
                                         {"workers"},
                                         {"cache_ttl"},
                                         {"timeout"},
                                         {"queue"},
                                         {"recursion"},
                                         {"private_only"}}};

constexpr std::size_t most_servers = 16;
constexpr std::int64_t most_rps = 1'000'000;
// An ID of DNS has 16 bits, and the more of them are in use, the easier a forged reply hits one.
constexpr std::int64_t most_workers = 1000;
constexpr std::int64_t most_waiting = 10'000'000;

std::vector<std::string> read_servers(const SettingsMap& map) {
  std::vector<std::string> servers;
  const auto* const items = map.list("servers");
  if (items == nullptr) return servers;
  Findings& findings = map.findings();
  if (items->empty() || items->size() > most_servers)
    findings.error(*map.find("servers"),
                   fmt::format("servers must name 1 to {} servers, not {}; leave it out to ask "
                               "those of the system",
                               most_servers, items->size()));
  for (const Node& item : *items) {
    if (findings.full()) break;
    if (item.kind == Node::Kind::broken) continue;
    if (item.kind == Node::Kind::scalar && enrich::parse_dns_server(item.text))
      servers.push_back(item.text);
    else
      findings.error(item, fmt::format("a DNS server must be an address, such as 10.0.0.53, "
                                       "10.0.0.53:5353 or '[fd00::53]:53', not {}",
                                       describe(item)));
  }
  return servers;
}

// A field that holds one text. What `key` is for ends the message.
std::optional<FieldId> read_text_field(const EnrichmentMap& rule, std::string_view key,
                                       std::string_view remedy, std::string_view held) {
  const auto field = rule.field(key, remedy);
  if (!field) return std::nullopt;
  const FieldType type = field_type(*field, rule.schema);
  if (type == FieldType::text || type == FieldType::any) return field;
  rule.findings().error(*rule.map.find(key),
                        fmt::format("{} must be a field of text, which {}; {} is none", key, held,
                                    quote(field_name(*field))));
  return std::nullopt;
}

std::optional<enrich::Kind> read_dns(const EnrichmentMap& rule) {
  const SettingsMap& map = rule.map;
  const std::size_t errors = rule.findings().errors();
  enrich::DnsSettings settings;
  settings.servers = read_servers(map);
  const auto source = read_text_field(rule, "source", "name the field with the address or the name",
                                      "addresses and names are");
  const auto target = read_text_field(rule, "target", "name the field that gets what is found",
                                      "names and addresses are");
  if (const auto rps = map.whole("rps", 1, most_rps)) settings.rps = static_cast<unsigned>(*rps);
  if (const auto workers = map.whole("workers", 1, most_workers))
    settings.workers = static_cast<unsigned>(*workers);
  settings.cache_ttl = map.duration_or_zero("cache_ttl", "no cache").value_or(settings.cache_ttl);
  if (const auto timeout = map.duration("timeout")) settings.timeout = *timeout;
  if (const auto queue = map.whole("queue", 1, most_waiting))
    settings.queue = static_cast<std::uint64_t>(*queue);
  settings.recursion = map.boolean("recursion").value_or(settings.recursion);
  settings.private_only = map.boolean("private_only").value_or(settings.private_only);
  if (!source || !target || rule.findings().errors() != errors) return std::nullopt;
  settings.source = *source;
  settings.target = *target;
  return settings;
}

}  // namespace

const EnrichmentType dns_type{"dns", dns_keys, read_dns};

}  // namespace weir::rule
