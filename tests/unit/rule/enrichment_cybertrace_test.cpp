// Rules of `type: cybertrace`, as documents state them.
#include "found.h"

namespace weir::rule {
namespace {

using enrich::CyberTraceSettings;
using enrich::IndicatorKind;

// A good rule whose fourth line is this one.
std::string cybertrace_rule(std::string_view line) {
  return "type: cybertrace\nname: n\nmapping: {SourceAddress: ip}\n" + std::string(line) + "\n";
}
Lines cybertrace_problems(std::string_view line) { return rule(cybertrace_rule(line)); }

CyberTraceSettings read_cybertrace(std::string_view text) {
  const Parsed parsed = parse_rule(text, {});
  EXPECT_EQ(lines(parsed), Lines{}) << text;
  if (parsed.document.enrichment.size() != 1) return {};
  const auto* const kind = std::get_if<CyberTraceSettings>(&parsed.document.enrichment[0].kind);
  return kind == nullptr ? CyberTraceSettings{} : *kind;
}

TEST(CyberTraceRule, HasItsDefaults) {
  const CyberTraceSettings rule = read_cybertrace(cybertrace_rule("url: 10.0.0.5:9999"));
  EXPECT_EQ(rule.host, "10.0.0.5");
  EXPECT_EQ(rule.port, 9999);
  EXPECT_EQ(rule.connections, 0U);
  EXPECT_EQ(rule.rps, 1000U);
  EXPECT_EQ(rule.timeout.nanos, 30'000'000'000);
  EXPECT_EQ(rule.reconnect.nanos, 10'000'000'000);
  EXPECT_EQ(rule.queue, 1'000'000U);
  EXPECT_EQ(rule.cache_ttl.nanos, 0);
  EXPECT_EQ(rule.cache_bytes, std::uint64_t{64} << 20);
  EXPECT_FALSE(rule.debug);
  ASSERT_EQ(rule.mapping.size(), 1U);
  EXPECT_EQ(rule.mapping[0],
            (enrich::IndicatorSource{field_id("SourceAddress"), IndicatorKind::ip}));
  EXPECT_TRUE(rule.into.empty());
}

TEST(CyberTraceRule, ReadsEverySetting) {
  const Parsed parsed = parse_rule(R"(
type: cybertrace
name: feeds
filter: DestinationPort = 443
url: tcp://ct.example.org:9999
connections: 9
rps: 0
timeout: 500ms
reconnect: 5
queue: 10
cache_ttl: 10m
cache_bytes: 1MiB
debug: true
mapping: {RequestUrl: url, SourceAddress: ip, DestinationAddress: ip, FileHash: hash}
into: {threat: DeviceCustomString1, Category: SA.Categories}
)",
                                   {});
  ASSERT_EQ(lines(parsed), Lines{});
  const enrich::Settings& settings = parsed.document.enrichment.at(0);
  EXPECT_TRUE(settings.filter.has_value());
  EXPECT_EQ(settings.targets, (std::vector{field_id("DeviceCustomString1"),
                                           field_id("SA.Categories"), field_id("TI")}));
  const auto& rule = std::get<CyberTraceSettings>(settings.kind);
  EXPECT_EQ(rule.host, "ct.example.org");
  EXPECT_EQ(rule.connections, 9U);
  EXPECT_EQ(rule.rps, 0U);
  EXPECT_EQ(rule.timeout.nanos, 500'000'000);
  EXPECT_EQ(rule.reconnect.nanos, 5'000'000'000);
  EXPECT_EQ(rule.queue, 10U);
  EXPECT_EQ(rule.cache_ttl.nanos, 600'000'000'000);
  EXPECT_EQ(rule.cache_bytes, 1U << 20);
  EXPECT_TRUE(rule.debug);
  ASSERT_EQ(rule.mapping.size(), 4U);
  EXPECT_EQ(rule.mapping[0].kind, IndicatorKind::url);
  EXPECT_EQ(rule.mapping[3].kind, IndicatorKind::hash);
  ASSERT_EQ(rule.into.size(), 2U);
  EXPECT_EQ(rule.into[0].key, "threat");
  EXPECT_EQ(rule.into[1].target, field_id("SA.Categories"));
  EXPECT_EQ(
      read_cybertrace(cybertrace_rule("url: a:1\ncache_ttl: 0\ncache_bytes: 1")).cache_ttl.nanos,
      0);
}

TEST(CyberTraceRule, TakesAServerAsItIsPasted) {
  const auto server = [](const std::string& url) {
    const CyberTraceSettings rule = read_cybertrace(cybertrace_rule("url: '" + url + "'"));
    return rule.host + " " + std::to_string(rule.port);
  };
  EXPECT_EQ(server("10.0.0.5:9999"), "10.0.0.5 9999");
  EXPECT_EQ(server("ct-1.example.org:1"), "ct-1.example.org 1");
  EXPECT_EQ(server("http://localhost:65535/"), "localhost 65535");
  EXPECT_EQ(server("tcp://[2001:db8::1]:9999"), "2001:db8::1 9999");
  EXPECT_EQ(server("[fe80::1%eth0]:9999"), "fe80::1%eth0 9999");
}

TEST(CyberTraceRule, SaysWhatIsWrongWithAServer) {
  const auto wrong = [](const std::string& url) {
    const Lines all = cybertrace_problems("url: '" + url + "'");
    EXPECT_EQ(all.size(), 1U) << url;
    const std::string start = "4:6: error: url '" + url + "': ";
    EXPECT_EQ(all.empty() ? "" : all[0].substr(0, start.size()), start);
    return all.empty() ? "" : all[0].substr(start.size());
  };
  const std::string no_port = "the port is missing; write host:port";
  EXPECT_EQ(wrong("localhost"), no_port);
  EXPECT_EQ(wrong("tcp://10.0.0.5"), no_port);
  const std::string bad_port = "the port must be a number from 1 to 65535";
  EXPECT_EQ(wrong("localhost:"), bad_port);
  EXPECT_EQ(wrong("localhost:0"), bad_port);
  EXPECT_EQ(wrong("localhost:65536"), bad_port);
  EXPECT_EQ(wrong("localhost:99x"), bad_port);
  EXPECT_EQ(wrong("[::1]:x"), bad_port);
  EXPECT_EQ(wrong("::1"), "put an IPv6 address in brackets: [address]:port");
  EXPECT_EQ(wrong("::1:9999"), "put an IPv6 address in brackets: [address]:port");
  EXPECT_EQ(wrong("[::1]"), "the port is missing; write [address]:port");
  EXPECT_EQ(wrong("[::1]9999"), "the port is missing; write [address]:port");
  EXPECT_EQ(wrong("[::1:9999"), "there is no IPv6 address in the brackets");
  EXPECT_EQ(wrong("[host]:9999"), "there is no IPv6 address in the brackets");
  EXPECT_EQ(wrong(":9999"), "the host is neither a name nor an address");
  EXPECT_EQ(wrong("a b:9999"), "the host is neither a name nor an address");
  EXPECT_EQ(wrong("https://localhost:443"),
            "the protocol is plain TCP; leave out what stands before the host");
  EXPECT_EQ(wrong("http://localhost:443/api"), "there is no path; leave it out");
}

TEST(CyberTraceRule, SaysEverythingThatIsMissing) {
  EXPECT_EQ(rule("type: cybertrace\nname: n\n"),
            (Lines{"1:1: error: 'url' is missing; write the server as host:port, for example "
                   "10.0.0.5:9999",
                   "1:1: error: 'mapping' is missing; name the fields to ask about, for example "
                   "{SourceAddress: ip}"}));
  EXPECT_EQ(rule("type: cybertrace\nname: n\nurl: a:1\nmapping: {}\n"),
            (Lines{"4:10: error: mapping must be a map of at least one row; name the fields to ask "
                   "about, for example {SourceAddress: ip}"}));
}

TEST(CyberTraceRule, SaysEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(rule(R"(type: cybertrace
name: n
url: a
connections: 0
rps: -1
timeout: 0
queue: many
cache_ttl: x
debug: 1
mapping: {SourceAdress: ip, SourceAddress: ipp, TI: url, FileHash: [hash]}
into: {threat: S.a.b, '': Name, x: TI}
conections: 5
)"),
            (Lines{"3:6: error: url 'a': the port is missing; write host:port",
                   "4:14: error: connections must be a whole number from 1 to 1024, not '0'",
                   "5:6: error: rps must be a whole number from 0 to 1000000, not '-1'",
                   "6:10: error: timeout must be more than 0 and at most 365 days, not '0'",
                   "7:8: error: queue must be a whole number from 1 to 10000000, not 'many'",
                   "8:12: error: cache_ttl must be a number of seconds, or a number with ms, s, m, "
                   "h or d, not 'x'",
                   "9:8: error: debug must be true or false, not '1'",
                   "10:11: error: unknown field 'SourceAdress'; did you mean 'SourceAddress'?",
                   "10:44: error: mapping must say url, ip or hash for a field, not 'ipp'; did you "
                   "mean 'ip'?",
                   "10:49: error: mapping cannot use 'TI', which holds structured data; name "
                   "another field",
                   "10:68: error: mapping must say url, ip or hash for a field, not a list",
                   "11:16: error: unknown field 'S.a.b'; use a field of `weir fields`, or S., N., "
                   "F., SA., NA., FA. and a name of letters and digits, or Extra. and a key",
                   "11:23: error: into must hold keys of contexts, of 1 to 255 characters, not the "
                   "text ''",
                   "11:36: error: into cannot use 'TI', which holds structured data; name another "
                   "field",
                   "12:1: error: unknown key 'conections'; did you mean 'connections'?"}));
  EXPECT_EQ(cybertrace_problems("url: a:1\ninto: []"),
            (Lines{"5:7: error: into must be a map of at least one row; write for example "
                   "{threat: DeviceCustomString1}"}));
  EXPECT_EQ(cybertrace_problems("url: a:1\ncache_bytes: 5"),
            (Lines{"5:14: error: cache_bytes is of a cache, and there is none; add 'cache_ttl'"}));
}

TEST(CyberTraceRule, TellsAMappingThatIsTheWrongWayRound) {
  EXPECT_EQ(rule("type: cybertrace\nname: n\nurl: a:1\nmapping: {ip: SourceAddress}\n"),
            (Lines{"4:11: error: mapping has the field first, and then what it holds; write "
                   "SourceAddress: ip"}));
  EXPECT_EQ(document("schema: open\nenrichment:\n- {type: cybertrace, name: n, url: a:1, mapping: "
                     "{ip: ipp}}\n"),
            (Lines{"3:55: error: mapping must say url, ip or hash for a field, not 'ipp'; did you "
                   "mean 'ip'?"}));
}

TEST(CyberTraceRule, TakesAnyFieldOfAnOpenSchema) {
  EXPECT_EQ(document("schema: open\nenrichment:\n- {type: cybertrace, name: n, url: a:1, mapping: "
                     "{src ip: ip}, into: {threat: the threat}}\n"),
            Lines{});
}

}  // namespace
}  // namespace weir::rule
