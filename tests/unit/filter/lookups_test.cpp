// Conditions over lookups, assets, accounts and threat intelligence.
#include <gtest/gtest.h>

#include "event.h"
#include "filter/compiled.h"
#include "world.h"

namespace weir::filter {
namespace {

class Lookups : public testing::Test {
 protected:
  Lookups() {
    const auto text = [](std::string name) { return lookup::Column{std::move(name)}; };
    row(table("users", lookup::fixed_shape(lookup::Kind::dictionary)), "alice")
        .set("cell.value", "7");
    PlainTable& hosts = table(
        "hosts", {lookup::Kind::table, {text("a"), text("p")}, {text("os"), text("role")}, {}});
    row(hosts, "10.0.0.1|443").set("cell.os", "Linux").set("cell.role", "web");
    row(hosts, "|443").set("cell.os", "BSD");
    PlainTable& blocked = table(
        "blocked", {lookup::Kind::active_list, {text("a")}, {text("why")}, {10 * nanos_a_second}});
    row(blocked, "10.0.0.1").set("cell.why", "scan");
    PlainTable& seen = table("seen", {lookup::Kind::context_table,
                                      {text("user")},
                                      {{"count", FieldType::number},
                                       {"ports", FieldType::number_array},
                                       {"names", FieldType::text_array}},
                                      {}});
    row(seen, "alice")
        .set("cell.count", 5)
        .set("cell.ports", std::vector<std::int64_t>{22, 443})
        .set("cell.names", std::vector<std::string>{"root", "admin"});
    row(table("", lookup::fixed_shape(lookup::Kind::assets)), "10.0.0.1")
        .set("cell.categories", std::vector<std::string>{"Servers/Web/Public", "PCI"})
        .set("cell.vulnerabilities", std::vector<std::string>{"CVE-2021-44228", "CVE-2020-1"})
        .set("cell.severities", std::vector<std::int64_t>{4, 1});
    row(world_.tables.back(), "10.0.0.2").set("cell.categories", std::vector<std::string>{"PCI"});
    row(table("", lookup::fixed_shape(lookup::Kind::directory)), "alice")
        .set("cell.groups", std::vector<std::string>{"admins", "users"});
    event_.set("SourceUserName", "alice").set("SourceAddress", "10.0.0.1");
    event_.set("DestinationPort", 443).set("N.seven", 7);
    world_.clock = {{5 * nanos_a_second}, {0}, true};
  }

  PlainTable& table(const std::string& name, lookup::Shape shape) {
    PlainTable& made = world_.tables.emplace_back();
    made.name = name;
    made.shape = std::move(shape);
    return made;
  }
  Event& row(PlainTable& table, const std::string& key) {
    table.rows[key].came = {{0}, {0}, true};
    return table.rows[key].cells;
  }

  bool is(std::string_view expression) {
    const lookup::Tables tables = world_.built();
    SlotMap slots;
    const Program program = compile(parse_expression(expression), {{}, {}, &tables}, slots);
    Scratch scratch;
    scratch.clock = world_.clock;
    return program.matches(event_.row(slots).data(), scratch);
  }
  bool depends_on_time(std::string_view expression) {
    const lookup::Tables tables = world_.built();
    SlotMap slots;
    return compile(parse_expression(expression), {{}, {}, &tables}, slots).depends_on_time();
  }

  World world_;
  Event event_;
};

TEST_F(Lookups, GiveAValueOnEitherSide) {
  EXPECT_TRUE(is("dictionary('users', SourceUserName) = '7'"));
  EXPECT_TRUE(is("dictionary('users', SourceUserName) > 6.5"));
  EXPECT_TRUE(is("N.seven = dictionary('users', SourceUserName)"));
  EXPECT_FALSE(is("DestinationPort = dictionary('users', SourceUserName)"));
  EXPECT_TRUE(is("table('hosts', 'os', SourceAddress, DestinationPort) = 'LINUX' nocase"));
  EXPECT_TRUE(is("table('hosts', 'role', SourceAddress, DestinationPort) startsWith 'we'"));
  EXPECT_TRUE(is("table('hosts', 'os', SourceAddress, DestinationPort) match '^L.*x$'"));
  EXPECT_TRUE(is("contextTable('seen', 'count', SourceUserName) >= 5"));
  EXPECT_TRUE(is("contextTable('seen', 'count', SourceUserName) hasBit [0, 2]"));
  EXPECT_TRUE(is("dictionary('users', SourceUserName) = dictionary('users', SourceUserName)"));
}

TEST_F(Lookups, AKeyPartThatIsAbsentIsEmpty) {
  EXPECT_TRUE(is("table('hosts', 'os', DestinationAddress, DestinationPort) = 'BSD'"));
  EXPECT_TRUE(is("dictionary('users', Name) = ''"));
}

TEST_F(Lookups, WhatIsMissingIsAbsent) {
  EXPECT_TRUE(is("dictionary('users', Message) = ''"));
  EXPECT_TRUE(is("table('hosts', 'role', DestinationAddress, DestinationPort) = ['', 'x']"));
  EXPECT_FALSE(is("dictionary('users', Message) = '7'"));
  EXPECT_FALSE(is("dictionary('users', Message) = dictionary('users', Message)"));
  EXPECT_TRUE(is("not dictionary('users', Message) contains '7'"));
}

TEST_F(Lookups, ListsOfAContextTableAreTrueOfAnyOrByIndex) {
  EXPECT_TRUE(is("contextTable('seen', 'ports', SourceUserName) = 443"));
  EXPECT_TRUE(is("contextTable('seen', 'ports', SourceUserName) = DestinationPort"));
  EXPECT_TRUE(is("DestinationPort = contextTable('seen', 'ports', SourceUserName)[1]"));
  EXPECT_FALSE(is("contextTable('seen', 'ports', SourceUserName)[0] = 443"));
  EXPECT_TRUE(is("contextTable('seen', 'ports', SourceUserName)[1] > 442"));
  EXPECT_TRUE(is("contextTable('seen', 'ports', SourceUserName)[2] = ''"));
  EXPECT_TRUE(is("contextTable('seen', 'names', SourceUserName) contains 'dmi'"));
  EXPECT_FALSE(is("contextTable('seen', 'names', SourceUserName)[0] contains 'dmi'"));
}

TEST_F(Lookups, AnEntryExists) {
  EXPECT_TRUE(is("inDictionary('users', SourceUserName)"));
  EXPECT_FALSE(is("inDictionary('users', SourceAddress)"));
  EXPECT_FALSE(is("inDictionary('users', Name)"));
  EXPECT_TRUE(is("not inContextTable('seen', Name)"));
  EXPECT_TRUE(is("inContextTable('seen', SourceUserName)"));
}

TEST_F(Lookups, EntriesEndByTheClock) {
  EXPECT_TRUE(is("inActiveList('blocked', SourceAddress)"));
  EXPECT_TRUE(is("activeList('blocked', 'why', SourceAddress) = 'scan'"));
  world_.clock.now = {10 * nanos_a_second};
  EXPECT_FALSE(is("inActiveList('blocked', SourceAddress)"));
  EXPECT_TRUE(is("activeList('blocked', 'why', SourceAddress) = ''"));
}

TEST_F(Lookups, AFilterKnowsWhetherItDependsOnTime) {
  EXPECT_TRUE(depends_on_time("inActiveList('blocked', SourceAddress)"));
  EXPECT_TRUE(depends_on_time("Name = 'a' or Name = activeList('blocked', 'why', SourceAddress)"));
  EXPECT_FALSE(depends_on_time("inDictionary('users', SourceAddress)"));
  EXPECT_FALSE(depends_on_time("Name = 'a'"));
}

TEST_F(Lookups, BothSidesOfAConditionCanBeSeen) {
  const lookup::Tables tables = world_.built();
  SlotMap slots;
  const Compiled compiled = assemble(
      parse_expression("dictionary('users', SourceUserName) = contextTable('seen', 'count', Name)"),
      {{}, {}, &tables}, slots, Fusing::off);
  Scratch scratch;
  const auto row = event_.row(slots);
  const Instruction& condition = compiled.instructions.front();
  EXPECT_EQ(left_of(condition, compiled.constants, row.data(), scratch).text(), "7");
  EXPECT_FALSE(right_of(condition, compiled.constants, row.data(), scratch).present());
}

TEST_F(Lookups, AProgramKeepsItsTables) {
  SlotMap slots;
  Program program;
  {
    const lookup::Tables tables = world_.built();
    program = compile(parse_expression("inDictionary('users', SourceUserName)"), {{}, {}, &tables},
                      slots);
  }
  Scratch scratch;
  EXPECT_TRUE(program.matches(event_.row(slots).data(), scratch));
}

TEST_F(Lookups, AssetsHaveVulnerabilities) {
  EXPECT_TRUE(is("SourceAddress hasVulnerability"));
  EXPECT_TRUE(is("SourceAddress hasVulnerability 'cve-2021-44228'"));
  EXPECT_TRUE(is("SourceAddress hasVulnerability ['CVE-1-1', 'CVE-2020-1']"));
  EXPECT_FALSE(is("SourceAddress hasVulnerability 'CVE-1-1'"));
  EXPECT_TRUE(is("SourceAddress hasVulnerability severity 4"));
  EXPECT_FALSE(is("SourceAddress hasVulnerability severity 5"));
  EXPECT_FALSE(is("SourceAddress hasVulnerability 'CVE-2020-1' severity 2"));
  EXPECT_FALSE(is("SourceUserName hasVulnerability"));
  event_.set("SourceAddress", "10.0.0.2");
  EXPECT_FALSE(is("SourceAddress hasVulnerability"));
}

TEST_F(Lookups, AssetsHaveCategoriesAndThoseAbove) {
  EXPECT_TRUE(is("SourceAddress inCategory 'Servers/Web/Public'"));
  EXPECT_TRUE(is("SourceAddress inCategory 'Servers/Web'"));
  EXPECT_TRUE(is("SourceAddress inCategory ['x', 'Servers']"));
  EXPECT_FALSE(is("SourceAddress inCategory 'Serv'"));
  EXPECT_FALSE(is("SourceAddress inCategory 'Servers/Web/Public/More'"));
  EXPECT_FALSE(is("SourceAddress inCategory 'pci'"));
}

TEST_F(Lookups, AccountsAreInGroups) {
  EXPECT_TRUE(is("SourceUserName inActiveDirectoryGroup ['admins', 'x']"));
  EXPECT_FALSE(is("SourceUserName inActiveDirectoryGroup 'Admins'"));
  EXPECT_FALSE(is("Name inActiveDirectoryGroup 'users'"));
  event_.set("SA.who", std::vector<std::string>{"bob", "alice"});
  EXPECT_TRUE(is("SA.who inActiveDirectoryGroup 'users'"));
}

class ThreatIntelligence : public testing::Test {
 protected:
  bool is(std::string_view json, std::string_view expression) {
    Event event;
    event.set("SourceAddress", "10.0.0.1").set("DestinationPort", 443);
    const std::string& kept = event.texts.emplace_back(json);
    event.put("TI", Value::json(kept));
    return matches(expression, event);
  }
};

constexpr std::string_view entries =
    R"([{"category": "botnet", "indicator": "10.0.0.1", "context": {"score": 85, "who": "a\u0416\"b"}},
        {"category": "scan", "indicator": "x", "field": "DestinationPort", "context": {"who": ["c", "d"]}},
        {"category": "scan", "indicator": 443, "context": {"ok": true, "no": null, "deep": {"who": "z"}}}])";

TEST_F(ThreatIntelligence, IsAboutAFieldOrItsValue) {
  EXPECT_TRUE(is(entries, "TIDetect(SourceAddress)"));
  EXPECT_TRUE(is(entries, "TIDetect('botnet', SourceAddress)"));
  EXPECT_FALSE(is(entries, "TIDetect('scan', SourceAddress)"));
  EXPECT_TRUE(is(entries, "TIDetect('scan', DestinationPort)"));
  EXPECT_FALSE(is(entries, "TIDetect(DestinationAddress)"));
  EXPECT_FALSE(matches("TIDetect(SourceAddress)", event("SourceAddress", "10.0.0.1")));
}

TEST_F(ThreatIntelligence, GivesWhatTheContextsHave) {
  EXPECT_TRUE(is(entries, "ti('botnet', SourceAddress, 'who') = 'aЖ\"b'"));
  EXPECT_TRUE(is(entries, "ti('', SourceAddress, 'score') > 84"));
  EXPECT_TRUE(is(entries, "ti('scan', DestinationPort, 'who') = 'd'"));
  EXPECT_TRUE(is(entries, "ti('scan', DestinationPort, 'ok') = 'true'"));
  EXPECT_TRUE(is(entries, "ti('scan', DestinationPort, 'no') = ''"));
  EXPECT_FALSE(is(entries, "ti('scan', DestinationPort, 'deep') contains 'z'"));
  EXPECT_TRUE(
      is(entries, "ti('botnet', SourceAddress, 'who') = ti('botnet', SourceAddress, 'who')"));
}

TEST_F(ThreatIntelligence, OfOneEntryNeedsNoList) {
  EXPECT_TRUE(is(R"({"indicator": "10.0.0.1"})", "TIDetect(SourceAddress)"));
}

// What a host passes is not checked before: every beginning of a text, and what is no JSON at all.
TEST_F(ThreatIntelligence, OfBrokenJsonIsReadAsFarAsItGoes) {
  for (std::size_t size = 0; size <= entries.size(); ++size) {
    is(entries.substr(0, size), "ti('', DestinationPort, 'who') = 'q'");
    is(entries.substr(0, size), "TIDetect(DestinationPort)");
  }
  for (const std::string_view broken :
       {"", "]", "[[[[", R"([{"indicator": "\u12"}])", R"([{"indicator": "\)", "[{,}]", "[{]}]",
        R"([{"context": {]}}, {"indicator": "10.0.0.2"}])", "{\"a\"", "{\"a\":", "[1, \"2\", {}]"})
    EXPECT_FALSE(is(broken, "TIDetect(SourceAddress)")) << broken;
}

}  // namespace
}  // namespace weir::filter
