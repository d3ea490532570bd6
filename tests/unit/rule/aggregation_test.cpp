#include "base/uuid.h"
#include "found.h"

namespace weir::rule {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

TEST(AggregationRule, HasItsDefaults) {
  const aggregate::Settings rule = settings("name: r\nidentical_fields: [Name, Extra.a.b]\n");
  EXPECT_EQ(rule.name, "r");
  EXPECT_EQ(rule.tenant, "Main");
  EXPECT_EQ(rule.description, "");
  EXPECT_EQ(rule.threshold, 100U);
  EXPECT_EQ(rule.lifetime.nanos, 60'000'000'000);
  EXPECT_EQ(rule.identical, (std::vector{field_id("Name"), field_id("Extra.a.b")}));
  EXPECT_TRUE(rule.unique.empty());
  EXPECT_TRUE(rule.sum.empty());
  EXPECT_FALSE(rule.filter.has_value());
  EXPECT_EQ(rule.callback, "");
  EXPECT_EQ(rule.sum_strings, aggregate::SumStrings::numeric);
  EXPECT_EQ(rule.missing, aggregate::Missing::group);
  EXPECT_EQ(rule.unique_mode, aggregate::UniqueMode::list);
  EXPECT_EQ(rule.unique_limit, 1000U);
  EXPECT_EQ(rule.unique_as, aggregate::UniqueAs::array);
  EXPECT_EQ(rule.other_fields, aggregate::OtherFields::drop);
  EXPECT_EQ(rule.single, aggregate::Single::aggregate);
  EXPECT_FALSE(rule.output_reason);
  EXPECT_TRUE(rule.statistics.empty());
  EXPECT_EQ(rule.bounds, aggregate::Bounds{});
  EXPECT_EQ(rule.schema, Schema::kuma);
}

TEST(AggregationRule, ReadsEverySetting) {
  const aggregate::Settings rule = settings(R"(
name: Сеть
tenant: Branch
id: 11111111-2222-4333-8444-55555555AAAA
description: what it is for
threshold: 2147483647
lifetime: 5m
identical_fields: [SourceAddress]
unique_fields: [DestinationPort, S.Zone]
sum_fields: [BytesIn, F.Cost, DeviceCustomString1]
filter: DestinationPort = 443
callback: wanted
sum_strings: join
missing: group
)");
  EXPECT_EQ(rule.name, "Сеть");
  EXPECT_EQ(rule.tenant, "Branch");
  EXPECT_EQ(to_string(rule.id), "11111111-2222-4333-8444-55555555aaaa");
  EXPECT_EQ(rule.description, "what it is for");
  EXPECT_EQ(rule.threshold, 2147483647U);
  EXPECT_EQ(rule.lifetime.nanos, 300'000'000'000);
  EXPECT_EQ(rule.unique, (std::vector{field_id("DestinationPort"), field_id("S.Zone")}));
  EXPECT_EQ(rule.sum.size(), 3U);
  ASSERT_TRUE(rule.filter.has_value());
  EXPECT_EQ(filter::to_expression(*rule.filter), "DestinationPort = 443");
  EXPECT_EQ(rule.callback, "wanted");
  EXPECT_EQ(rule.sum_strings, aggregate::SumStrings::join);
}

TEST(AggregationRule, MayLeaveEventsThatLackAnIdenticalField) {
  EXPECT_EQ(settings_with("missing: pass").missing, aggregate::Missing::pass);
  EXPECT_EQ(settings_with("missing: group").missing, aggregate::Missing::group);
  EXPECT_EQ(rule_with("missing: drop"),
            (Lines{"3:10: error: missing must be group or pass, not 'drop'"}));
}

TEST(AggregationRule, NeedsANameAndIdenticalFields) {
  EXPECT_EQ(document("aggregation:\n  - threshold: 5\n"),
            (Lines{"2:5: error: 'name' is missing; name the rule",
                   "2:5: error: 'identical_fields' is missing; list the fields whose values make "
                   "events one group"}));
}

TEST(AggregationRule, NeedsAtLeastOneIdenticalField) {
  EXPECT_EQ(rule("name: r\nidentical_fields: []\n"),
            (Lines{"2:19: error: identical_fields must hold at least one field"}));
}

TEST(AggregationRule, CountsTheNameInCodePoints) {
  EXPECT_EQ(settings("identical_fields: [Name]\nname: " + repeat("Ж", 128)).name.size(), 256U);
  EXPECT_EQ(rule("identical_fields: [Name]\nname: " + repeat("Ж", 129)),
            (Lines{"2:7: error: name must have 1 to 128 characters, not 129"}));
  EXPECT_EQ(rule("identical_fields: [Name]\nname: ''\n"),
            (Lines{"2:7: error: name must have 1 to 128 characters, not 0"}));
}

TEST(AggregationRule, CountsTheTenantInCodePoints) {
  EXPECT_EQ(rule_with("tenant: " + repeat("Ж", 128)), Lines{});
  EXPECT_EQ(rule_with("tenant: " + repeat("Ж", 129)),
            (Lines{"3:9: error: tenant must have 1 to 128 characters, not 129"}));
}

TEST(AggregationRule, CountsTheDescriptionInCodePoints) {
  EXPECT_EQ(rule_with("description: " + repeat("Ж", 4000)), Lines{});
  EXPECT_EQ(rule_with("description: ''"), Lines{});
  EXPECT_EQ(rule_with("description: " + repeat("Ж", 4001)),
            (Lines{"3:14: error: description has 4001 characters; at most 4000 fit"}));
}

TEST(AggregationRule, WantsTextInQuotesWhereItLooksLikeANumber) {
  EXPECT_EQ(rule_with("tenant: 5"),
            (Lines{"3:9: error: tenant must be text, not '5'; put it in quotes"}));
  EXPECT_EQ(rule_with("tenant: true"),
            (Lines{"3:9: error: tenant must be text, not 'true'; put it in quotes"}));
  EXPECT_EQ(rule_with("tenant: '5'"), Lines{});
  EXPECT_EQ(rule_with("tenant: [a]"), (Lines{"3:9: error: tenant must be text, not a list"}));
}

TEST(AggregationRule, BoundsTheThreshold) {
  for (const std::string_view value : {"0", "-1", "2147483648", "abc", "1.5", "1e3"})
    EXPECT_EQ(rule_with("threshold: " + std::string(value)),
              (Lines{"3:12: error: threshold must be a whole number from 1 to 2147483647, not '" +
                     std::string(value) + "'"}));
  EXPECT_EQ(settings_with("threshold: 1").threshold, 1U);
}

TEST(AggregationRule, TellsAQuotedThresholdFromANumber) {
  EXPECT_EQ(rule_with("threshold: \"100\""),
            (Lines{"3:12: error: threshold must be a whole number from 1 to 2147483647, not the "
                   "text '100'; remove the quotes"}));
}

TEST(AggregationRule, ReadsTheLifetimeAsSecondsOrWithAUnit) {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"10", 10'000'000'000},
      {"0.25", 250'000'000},
      {"500ms", 500'000'000},
      {"10s", 10'000'000'000},
      {"'5m'", 300'000'000'000},
      {"1h", 3'600'000'000'000},
      {"1.5h", 5'400'000'000'000},
      {"365d", 31'536'000'000'000'000},
      {"31536000", 31'536'000'000'000'000}};
  for (const auto& [text, nanos] : cases)
    EXPECT_EQ(settings_with("lifetime: " + text).lifetime.nanos, nanos) << text;
}

TEST(AggregationRule, BoundsTheLifetime) {
  for (const std::string_view value : {"0", "0ms", "-5", "366d", "31536001", "1e300"})
    EXPECT_EQ(rule_with("lifetime: " + std::string(value)),
              (Lines{"3:11: error: lifetime must be more than 0 and at most 365 days, not '" +
                     std::string(value) + "'"}));
}

TEST(AggregationRule, RefusesALifetimeThatIsNoDuration) {
  for (const std::string_view value : {"soon", "10 s", "10w", "s"})
    EXPECT_EQ(rule_with("lifetime: " + std::string(value)),
              (Lines{"3:11: error: lifetime must be a number of seconds, or a number with ms, s, "
                     "m, h or d, not '" +
                     std::string(value) + "'"}));
  EXPECT_EQ(rule_with("lifetime: '10'"),
            (Lines{"3:11: error: lifetime must be a number of seconds, or a number with ms, s, m, "
                   "h or d, not the text '10'"}));
}

TEST(AggregationRule, SuggestsKeysAndValues) {
  EXPECT_EQ(rule_with("tresholt: 5"),
            (Lines{"3:1: error: unknown key 'tresholt'; did you mean 'threshold'?"}));
  EXPECT_EQ(rule_with("sum_strings: joined"),
            (Lines{"3:14: error: sum_strings must be numeric or join, not 'joined'; did you mean "
                   "'join'?"}));
}

TEST(AggregationRule, MakesTheSameIdOfTheSameTenantAndName) {
  const Uuid id = settings_with("tenant: t").id;
  EXPECT_EQ(id, settings_with("tenant: t\nthreshold: 7").id);
  EXPECT_EQ(id, aggregate::rule_id("t", "r"));
  EXPECT_NE(id, settings_with("tenant: u").id);
  EXPECT_NE(aggregate::rule_id("a", "bc"), aggregate::rule_id("ab", "c"));
  EXPECT_EQ(to_string(id)[14], '5');
}

TEST(AggregationRule, KeepsTheMadeIdFromVersionToVersion) {
  EXPECT_EQ(to_string(aggregate::rule_id("Main", "r")), "f168021c-6da5-5d92-bac2-35a21b938d5e");
}

TEST(AggregationRule, RefusesAnIdThatIsNoUuid) {
  const Lines found = rule_with("id: 5");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].substr(0, 37), "3:5: error: id must be a UUID such as");
}

TEST(AggregationRule, ReportsEverythingInOnePass) {
  EXPECT_EQ(rule("name: r\nthreshold: x\nlifetime: 0\nidentical_fields: [Nme]\nfilter: 1\n").size(),
            4U);
}

}  // namespace
}  // namespace weir::rule
