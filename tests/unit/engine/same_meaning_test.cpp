// What a reload must notice about a rule, and what it must not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/ruleset.h"
#include "rule/document.h"

namespace weir::engine {
namespace {

aggregate::Settings settings(const std::string& lines, Schema schema = Schema::kuma) {
  const std::string text =
      "name: r\nidentical_fields: [Name]\nunique_fields: [Code]\n" + lines + "\n";
  const rule::Parsed parsed = rule::parse_rule(text, {}, schema);
  EXPECT_TRUE(parsed.good()) << rule::diagnostics_json(parsed.diagnostics);
  return parsed.document.aggregation.at(0);
}

bool same(const aggregate::Settings& a, const aggregate::Settings& b) {
  return same_meaning(a, nullptr, b, nullptr);
}

TEST(SameMeaning, EveryOptionTakesPart) {
  const aggregate::Settings plain = settings("");
  for (const std::string line : {
           "unique_mode: dedup",
           "unique_limit: 999",
           "unique_as: text",
           "other_fields: first",
           "single: pass",
           "output_reason: true",
           "statistics: [{field: BytesIn, function: max, into: N.x}]",
           "max_groups: 5",
           "max_bytes: 1MiB",
           "missing: pass",
           "sum_strings: join",
           "callback: c",
           "filter: Name = 'x'",
           "sum_fields: [BytesIn]",
           "threshold: 5",
           "lifetime: 5",
           "tenant: t",
           "id: 11111111-2222-4333-8444-555555555555",
       })
    EXPECT_FALSE(same(plain, settings(line))) << line;
  EXPECT_FALSE(same(plain, settings("", Schema::open)));
}

TEST(SameMeaning, DefaultsAndDescriptionsTakeNone) {
  EXPECT_TRUE(same(settings(""), settings("unique_mode: list\nunique_limit: 1000\n"
                                          "unique_as: array\nother_fields: drop\n"
                                          "single: aggregate\noutput_reason: false\n"
                                          "statistics: []\ndescription: text")));
  EXPECT_TRUE(same(settings("max_bytes: 1MiB"), settings("max_bytes: 1048576")));
}

TEST(SameMeaning, StatisticsDifferByEachOfTheirKeys) {
  const auto with = [](const std::string& item) {
    return settings("statistics: [{" + item + "}]");
  };
  const aggregate::Settings one = with("field: BytesIn, function: max, into: N.x");
  EXPECT_TRUE(same(one, with("into: N.x, function: max, field: BytesIn")));
  EXPECT_FALSE(same(one, with("field: BytesOut, function: max, into: N.x")));
  EXPECT_FALSE(same(one, with("field: BytesIn, function: min, into: N.x")));
  EXPECT_FALSE(same(one, with("field: BytesIn, function: max, into: N.y")));
}

}  // namespace
}  // namespace weir::engine
