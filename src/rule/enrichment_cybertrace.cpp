// `type: cybertrace`.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rule/enrichment_type.h"
#include "rule/fields.h"

namespace weir::rule {

namespace {

using enrich::CyberTraceSettings;
using enrich::IndicatorKind;

constexpr std::array<Word, 11> cybertrace_keys{{{"url"},
                                                {"connections"},
                                                {"rps"},
                                                {"timeout"},
                                                {"reconnect"},
                                                {"queue"},
                                                {"cache_ttl"},
                                                {"cache_bytes"},
                                                {"debug"},
                                                {"mapping"},
                                                {"into"}}};

// A name of DNS has 253 characters (RFC 1035); a prefix, brackets and a port come on top.
constexpr std::size_t max_url = 300;
constexpr std::size_t max_context_key = 255;
constexpr std::int64_t max_connections = 1024;
constexpr std::int64_t max_rps = 1'000'000;
constexpr std::int64_t max_queue = 10'000'000;

constexpr std::string_view url_remedy = "write the server as host:port, for example 10.0.0.5:9999";
constexpr std::string_view mapping_remedy =
    "name the fields to ask about, for example {SourceAddress: ip}";

constexpr std::array<std::string_view, 3> indicator_kinds{"url", "ip", "hash"};

bool is_host(std::string_view host) noexcept {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_ipv6(std::string_view host) noexcept {
  return host.find(':') != std::string_view::npos &&
         std::all_of(
             host.begin(),
             host.begin() + static_cast<std::ptrdiff_t>(std::min(host.find('%'), host.size())),
             [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; });
}

// What is wrong with it, one clause; empty if it is good.
std::string read_url(std::string_view url, CyberTraceSettings& settings) {
  for (const std::string_view prefix : {"tcp://", "http://"})  // as other products have it
    if (url.starts_with(prefix)) url.remove_prefix(prefix.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  if (url.find("://") != std::string_view::npos)
    return "the protocol is plain TCP; leave out what stands before the host";
  if (url.find('/') != std::string_view::npos) return "there is no path; leave it out";
  std::string_view host = url.substr(0, url.rfind(':'));
  const bool has_port = host.size() < url.size();
  if (url.starts_with('[')) {
    const std::size_t end = url.find(']');
    if (end == std::string_view::npos || !is_ipv6(url.substr(1, end - 1)))
      return "there is no IPv6 address in the brackets";
    host = url.substr(1, end - 1);
    if (end + 1 == url.size() || url[end + 1] != ':')
      return "the port is missing; write [address]:port";
    url.remove_prefix(end + 1);
  } else if (host.find(':') != std::string_view::npos) {
    return "put an IPv6 address in brackets: [address]:port";
  } else if (!has_port) {
    return "the port is missing; write host:port";
  } else if (!is_host(host)) {
    return "the host is neither a name nor an address";
  }
  const auto port = parse_integer(url.substr(url.rfind(':') + 1));
  if (!port || *port < 1 || *port > 65535) return "the port must be a number from 1 to 65535";
  settings.host = host;
  settings.port = static_cast<std::uint16_t>(*port);
  return {};
}

// No operator takes them, and nothing can be asked about them.
bool report_structured(const Node& node, FieldId id, std::string_view key, Findings& findings) {
  if (field_type(id) != FieldType::structured && field_name(id) != "Extra") return false;
  findings.error(node, fmt::format("{} cannot use '{}', which holds structured data; name another "
                                   "field",
                                   key, field_name(id)));
  return true;
}

bool is_indicator_kind(const Node& node) noexcept {
  return node.kind == Node::Kind::scalar &&
         std::find(indicator_kinds.begin(), indicator_kinds.end(), node.text) !=
             indicator_kinds.end();
}

void read_mapping(const EnrichmentMap& rule, CyberTraceSettings& settings) {
  Findings& findings = rule.findings();
  for (const auto& [key, value] : rule.rows("mapping", mapping_remedy)) {
    if (findings.full()) return;
    // The fields of an open schema may have these names.
    const bool turned =
        rule.schema == Schema::kuma && is_indicator_kind(*key) && !is_indicator_kind(*value);
    if (turned && value->kind == Node::Kind::scalar && !value->is_null()) {
      findings.error(*key, fmt::format("mapping has the field first, and then what it holds; write "
                                       "{}: {}",
                                       value->text, key->text));
      continue;
    }
    const auto source =
        read_field(*key, "mapping must hold names of fields", rule.schema, findings);
    if (value->kind == Node::Kind::broken) continue;
    const auto kind = value->kind == Node::Kind::scalar
                          ? std::find(indicator_kinds.begin(), indicator_kinds.end(), value->text)
                          : indicator_kinds.end();
    if (kind == indicator_kinds.end()) {
      const bool is_text = value->kind == Node::Kind::scalar && !value->is_null();
      findings.error(
          *value,
          fmt::format("mapping must say url, ip or hash for a field, not {}{}", describe(*value),
                      is_text
                          ? suggest(value->text, {indicator_kinds.begin(), indicator_kinds.end()})
                          : ""));
      continue;
    }
    if (!source || report_structured(*key, *source, "mapping", findings)) continue;
    settings.mapping.push_back(
        {*source, static_cast<IndicatorKind>(kind - indicator_kinds.begin())});
  }
}

void read_into(const EnrichmentMap& rule, CyberTraceSettings& settings) {
  Findings& findings = rule.findings();
  if (rule.map.find("into") == nullptr) return;
  for (const auto& [key, value] :
       rule.rows("into", "write for example {threat: DeviceCustomString1}")) {
    if (findings.full()) return;
    const bool is_key = key->kind == Node::Kind::scalar && !key->text.empty() &&
                        count_code_points(key->text) <= max_context_key;
    if (!is_key && key->kind != Node::Kind::broken)
      findings.error(*key, fmt::format("into must hold keys of contexts, of 1 to {} characters, "
                                       "not {}",
                                       max_context_key, describe(*key)));
    const auto target =
        read_field(*value, "into must name a field for each key", rule.schema, findings);
    if (!target || report_structured(*value, *target, "into", findings) || !is_key) continue;
    settings.into.push_back({key->text, *target});
  }
}

std::optional<enrich::Kind> read_cybertrace(const EnrichmentMap& rule) {
  const SettingsMap& map = rule.map;
  const std::size_t errors = rule.findings().errors();
  CyberTraceSettings settings;
  const Node* const url = map.require("url", url_remedy);
  if (const auto text = map.text("url", 1, max_url))
    if (const std::string wrong = read_url(*text, settings); !wrong.empty())
      rule.findings().error(*url, fmt::format("url {}: {}", quote(*text), wrong));
  if (const auto number = map.whole("connections", 1, max_connections))
    settings.connections = static_cast<std::uint32_t>(*number);
  if (const auto number = map.whole("rps", 0, max_rps))
    settings.rps = static_cast<std::uint32_t>(*number);
  if (const auto number = map.whole("queue", 1, max_queue))
    settings.queue = static_cast<std::uint64_t>(*number);
  settings.timeout = map.duration("timeout").value_or(settings.timeout);
  settings.reconnect = map.duration("reconnect").value_or(settings.reconnect);
  settings.cache_ttl = map.duration_or_zero("cache_ttl", "no cache").value_or(Duration{});
  settings.cache_bytes = map.bytes("cache_bytes").value_or(settings.cache_bytes);
  if (const Node* const node = map.find("cache_bytes");
      node != nullptr && map.find("cache_ttl") == nullptr)
    rule.findings().error(*node, "cache_bytes is of a cache, and there is none; add 'cache_ttl'");
  settings.debug = map.boolean("debug").value_or(false);
  read_mapping(rule, settings);
  read_into(rule, settings);
  if (rule.findings().errors() != errors) return std::nullopt;
  return settings;
}

}  // namespace

const EnrichmentType cybertrace_type{"cybertrace", cybertrace_keys, read_cybertrace};

}  // namespace weir::rule
