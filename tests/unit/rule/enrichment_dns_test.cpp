// How `type: dns` is read.
#include <gtest/gtest.h>

#include "enrich/settings.h"
#include "event/standard_fields.h"
#include "found.h"

namespace weir::rule {

namespace {

const std::string dns_rule = "type: dns\nname: n\nsource: SourceAddress\ntarget: SourceHostName\n";

enrich::DnsSettings dns(const std::string& more) {
  const Parsed parsed = parse_rule(dns_rule + more, {});
  EXPECT_EQ(lines(parsed), Lines{});
  if (parsed.document.enrichment.size() != 1) return {};
  const auto* const settings =
      std::get_if<enrich::DnsSettings>(&parsed.document.enrichment[0].kind);
  EXPECT_NE(settings, nullptr);
  return settings == nullptr ? enrich::DnsSettings{} : *settings;
}

Lines wrong(const std::string& more) { return rule(dns_rule + more); }

TEST(DnsEnrichment, HasDefaults) {
  enrich::DnsSettings expected;
  expected.source = fields::SourceAddress;
  expected.target = fields::SourceHostName;
  EXPECT_EQ(dns(""), expected);
  EXPECT_EQ(expected.rps, 1000U);
  EXPECT_EQ(expected.timeout.nanos, 5'000'000'000);
  EXPECT_EQ(expected.cache_ttl.nanos, 60'000'000'000);
  EXPECT_TRUE(expected.recursion);
  EXPECT_TRUE(expected.private_only);
}

TEST(DnsEnrichment, ReadsAllKeys) {
  const enrich::DnsSettings settings =
      dns("servers: [10.0.0.53, '10.0.0.54:5353', 'fd00::53', '[fd00::54]:53']\nrps: 10\n"
          "workers: 4\ncache_ttl: 5m\ntimeout: 200ms\nqueue: 1000\nrecursion: false\n"
          "private_only: false\nfilter: SourceHostName = ''\n");
  EXPECT_EQ(settings.servers,
            (std::vector<std::string>{"10.0.0.53", "10.0.0.54:5353", "fd00::53", "[fd00::54]:53"}));
  EXPECT_EQ(settings.rps, 10U);
  EXPECT_EQ(settings.workers, 4U);
  EXPECT_EQ(settings.cache_ttl.nanos, 300'000'000'000);
  EXPECT_EQ(settings.timeout.nanos, 200'000'000);
  EXPECT_EQ(settings.queue, 1000U);
  EXPECT_FALSE(settings.recursion);
  EXPECT_FALSE(settings.private_only);
  EXPECT_EQ(dns("cache_ttl: 0\n").cache_ttl.nanos, 0);
}

TEST(DnsEnrichment, WantsServersThatAreAddresses) {
  const std::string remedy =
      "a DNS server must be an address, such as 10.0.0.53, 10.0.0.53:5353 or '[fd00::53]:53', not ";
  EXPECT_EQ(
      wrong("servers: [ns1.corp, 10.0.0.53:0, 10.0.0.53, [10.0.0.54]]\n"),
      (Lines{"5:11: error: " + remedy + "'ns1.corp'", "5:21: error: " + remedy + "'10.0.0.53:0'",
             "5:45: error: " + remedy + "a list"}));
  EXPECT_EQ(wrong("servers: []\n"),
            (Lines{"5:10: error: servers must name 1 to 16 servers, not 0; leave it out to ask "
                   "those of the system"}));
  EXPECT_EQ(wrong("servers: 10.0.0.53\n"),
            (Lines{"5:10: error: servers must be a list, not '10.0.0.53'; put it in [ ]"}));
}

TEST(DnsEnrichment, WantsFieldsOfText) {
  EXPECT_EQ(rule("type: dns\nname: n\n"),
            (Lines{"1:1: error: 'source' is missing; name the field with the address or the name",
                   "1:1: error: 'target' is missing; name the field that gets what is found"}));
  EXPECT_EQ(rule("type: dns\nname: n\nsource: SourcePort\ntarget: SA.Names\n"),
            (Lines{"3:9: error: source must be a field of text, which addresses and names are; "
                   "'SourcePort' is none",
                   "4:9: error: target must be a field of text, which names and addresses are; "
                   "'SA.Names' is none"}));
}

TEST(DnsEnrichment, HasLimits) {
  EXPECT_EQ(
      wrong("rps: 0\nworkers: 1001\ncache_ttl: -1\ntimeout: 0\nqueue: 0\nrecursion: 1\n"),
      (Lines{"5:6: error: rps must be a whole number from 1 to 1000000, not '0'",
             "6:10: error: workers must be a whole number from 1 to 1000, not '1001'",
             "7:12: error: cache_ttl must be 0 (no cache) or more, and at most 365 days, not '-1'",
             "8:10: error: timeout must be more than 0 and at most 365 days, not '0'",
             "9:8: error: queue must be a whole number from 1 to 10000000, not '0'",
             "10:12: error: recursion must be true or false, not '1'"}));
  EXPECT_EQ(wrong("server: 10.0.0.53\n"),
            (Lines{"5:1: error: unknown key 'server'; did you mean 'servers'?"}));
}

TEST(DnsEnrichment, AnOpenSchemasFieldsHoldText) {
  EXPECT_EQ(document("schema: open\nenrichment:\n- {type: dns, name: n, source: src_ip, "
                     "target: src_name}\n"),
            Lines{});
}

}  // namespace

}  // namespace weir::rule
