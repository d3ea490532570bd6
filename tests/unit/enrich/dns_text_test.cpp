// What a rule asks about an event, and what it makes of the answer: without a network.
#include "enrich/dns_text.h"

#include <gtest/gtest.h>

#include "enrich/dns.h"
#include "enrich/dns_message.h"
#include "event/standard_fields.h"

namespace weir::enrich {

namespace {

TEST(DnsServerText, IsAnAddressAndPerhapsAPort) {
  const auto port = [](std::string_view text) {
    const auto server = parse_dns_server(text);
    return server ? server->port : 0;
  };
  EXPECT_EQ(port("10.0.0.53"), 53);
  EXPECT_EQ(port("10.0.0.53:5353"), 5353);
  EXPECT_EQ(port("fd00::53"), 53);
  EXPECT_EQ(port("[fd00::53]"), 53);
  EXPECT_EQ(port("[fd00::53]:65535"), 65535);
  for (const std::string_view bad :
       {"", "ns1", "ns1.example", "10.0.0", "10.0.0.256", "10.0.0.1:", "10.0.0.1:0",
        "10.0.0.1:65536", "10.0.0.1:-5", "10.0.0.1:x", ":53", "[10.0.0.1]:53", "[fd00::1", "[]:53",
        "[fd00::1]53", "[fd00::1]:", "fd00:::1", " 10.0.0.1", "10.0.0.1 "})
    EXPECT_EQ(port(bad), 0) << bad;
  EXPECT_EQ(parse_dns_server("[fd00::53]:5353")->address, *parse_address("fd00::53"));
}

TEST(Dns, PrivateAddresses) {
  for (const std::string_view text :
       {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
        "192.168.255.255", "100.64.0.0", "100.127.255.255", "fc00::", "fdff::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(is_private(*parse_address(text))) << text;
  for (const std::string_view text :
       {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
        "192.169.0.0", "100.63.255.255", "100.128.0.0", "8.8.8.8", "127.0.0.1", "169.254.1.1",
        "fbff::", "fe00::", "fe80::1", "::1", "2001:db8::1", "::ffff:8.8.8.8"})
    EXPECT_FALSE(is_private(*parse_address(text))) << text;
}

TEST(Dns, NamesOfHosts) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  for (const std::string_view text :
       {std::string_view("a"), std::string_view("WORKSTATION-1"),
        std::string_view("_ldap._tcp.lan"), std::string_view("4.example"), std::string_view("3com"),
        std::string_view(longest)})
    EXPECT_TRUE(is_host_name(text)) << text;
  for (const std::string_view text :
       {std::string_view(""), std::string_view("."), std::string_view("a."),
        std::string_view("a..b"), std::string_view(".a"), std::string_view("-"),
        std::string_view("-a.b"), std::string_view("a b"), std::string_view("1.2.3"),
        std::string_view("300.1.1.1"), std::string_view("http://a"), std::string_view("a:53"),
        std::string_view("a\\.b"), std::string_view("a\0b", 3), std::string_view("хост.рф"),
        std::string_view("a*.b")})
    EXPECT_FALSE(is_host_name(text)) << text;
  EXPECT_FALSE(is_host_name(longest + "b"));
  EXPECT_FALSE(is_host_name(label + "a.b"));
}

TEST(Dns, ReverseNames) {
  std::string name = "before";
  reverse_name(*parse_address("192.168.0.15"), name);
  EXPECT_EQ(name, "15.0.168.192.in-addr.arpa");
  reverse_name(*parse_address("2001:db8::567:89ab"), name);  // the example of RFC 3596
  EXPECT_EQ(name, "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

class DnsRule : public testing::Test {
 protected:
  explicit DnsRule(bool private_only = true) : rule_(make(private_only)) {
    row_.resize(slots_.size());
  }

  Dns make(bool private_only) {
    DnsSettings settings;
    settings.source = fields::SourceAddress;
    settings.target = fields::SourceHostName;
    settings.private_only = private_only;
    Wiring wiring{slots_, tables_};
    return Dns(settings, wiring);
  }
  Value& value(FieldId field) { return row_[slots_.find(field)]; }
  Subject subject() { return {row_.data(), changes_, memory_, clock_, slots_}; }
  // What is asked about a value; "-": nothing.
  std::string asked(const Value& of) {
    value(fields::SourceAddress) = of;
    std::string question = "-";
    return rule_.ask(subject(), question) ? question : "-";
  }
  std::string asked(std::string_view text) { return asked(Value::of(text)); }

  SlotMap slots_;
  lookup::Tables tables_;
  Dns rule_;
  std::vector<Value> row_;
  std::vector<weir_field> changes_;
  Bump memory_;
  lookup::Clock clock_;
};

struct DnsRuleForAll : DnsRule {
  DnsRuleForAll() : DnsRule(false) {}
};

TEST_F(DnsRule, AsksAboutPrivateAddressesInOneSpelling) {
  EXPECT_EQ(asked("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(asked("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(asked("FD00:0:0:0::1"), "fd00::1");
  EXPECT_EQ(asked("8.8.8.8"), "-");
  EXPECT_EQ(asked("2001:db8::1"), "-");
}

TEST_F(DnsRuleForAll, AsksAboutEveryAddressIfItMay) {
  EXPECT_EQ(asked("8.8.8.8"), "8.8.8.8");
  EXPECT_EQ(asked("2001:DB8::1"), "2001:db8::1");
}

TEST_F(DnsRule, AsksAboutNamesInOneSpelling) {
  EXPECT_EQ(asked("WS-1.Corp.Local."), "ws-1.corp.local");
  EXPECT_EQ(asked("ws-1"), "ws-1");
  for (const std::string_view none : {"", "-", ".", "a b", "10.0.0.1:53", "10.0.0"})
    EXPECT_EQ(asked(none), "-") << none;
  EXPECT_EQ(asked(Value{}), "-");
  EXPECT_EQ(asked(Value::of(std::int64_t{5})), "-");
}

TEST_F(DnsRule, TheAnswerGoesIntoTheTarget) {
  Subject event = subject();
  EXPECT_EQ(rule_.finish("ws-1.lan", event), Effect::applied);
  EXPECT_EQ(value(fields::SourceHostName).text(), "ws-1.lan");
  ASSERT_EQ(changes_.size(), 1U);
  EXPECT_EQ(changes_[0].id, fields::SourceHostName);
}

TEST_F(DnsRule, AnEmptyAnswerLeavesTheTargetAsItIs) {
  value(fields::SourceHostName) = Value::of(std::string_view("was"));
  Subject event = subject();
  EXPECT_EQ(rule_.finish("", event), Effect::missed);
  EXPECT_EQ(value(fields::SourceHostName).text(), "was");
  EXPECT_TRUE(changes_.empty());
}

}  // namespace

}  // namespace weir::enrich
