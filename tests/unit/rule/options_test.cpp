// What a rule may state beyond KUMA's own settings.
#include "found.h"

namespace weir::rule {
namespace {

struct Bad {
  std::string line;
  std::string found;
};

void check(const std::vector<Bad>& cases) {
  for (const auto& [line, found] : cases) EXPECT_EQ(rule_with(line), Lines{found}) << line;
}

TEST(Options, OfUniqueFields) {
  const aggregate::Settings rule = settings_with(
      "unique_fields: [DestinationPort]\nunique_mode: dedup\nunique_limit: 2147483647\n"
      "unique_as: text");
  EXPECT_EQ(rule.unique_mode, aggregate::UniqueMode::dedup);
  EXPECT_EQ(rule.unique_limit, 2147483647U);
  EXPECT_EQ(rule.unique_as, aggregate::UniqueAs::text);
  EXPECT_EQ(settings_with("unique_fields: [SourcePort]\nunique_limit: 1").unique_limit, 1U);
}

TEST(Options, OfUniqueFieldsThatAreWrong) {
  constexpr std::string_view limit =
      "3:15: error: unique_limit must be a whole number from 1 to "
      "2147483647, not ";
  check({
      {"unique_mode: dedupe",
       "3:14: error: unique_mode must be list or dedup, not 'dedupe'; did you mean 'dedup'?"},
      {"unique_as: list", "3:12: error: unique_as must be array or text, not 'list'"},
      {"unique_limit: 0", std::string(limit) + "'0'"},
      {"unique_limit: 2147483648", std::string(limit) + "'2147483648'"},
      {"unique_limit: '10'", std::string(limit) + "the text '10'; remove the quotes"},
  });
}

TEST(Options, OfUniqueFieldsWithoutAnyAreWarnedOf) {
  EXPECT_EQ(rule_with("unique_limit: 5"),
            Lines{"3:15: warning: unique_limit does nothing without 'unique_fields'; list some, or "
                  "remove it"});
  EXPECT_EQ(rule_with("unique_as: text"),
            Lines{"3:12: warning: unique_as does nothing without 'unique_fields'; list some, or "
                  "remove it"});
}

TEST(Options, DedupNeedsUniqueFields) {
  const std::string found =
      ": error: 'unique_mode: dedup' needs 'unique_fields'; list the fields whose combinations are "
      "to be told apart";
  check({{"unique_mode: dedup", "3:14" + found},
         {"unique_fields: []\nunique_mode: dedup", "4:14" + found}});
}

TEST(Options, OfOtherFields) {
  EXPECT_EQ(settings_with("other_fields: drop").other_fields, aggregate::OtherFields::drop);
  EXPECT_EQ(settings_with("other_fields: first").other_fields, aggregate::OtherFields::first);
  EXPECT_EQ(settings_with("other_fields: last").other_fields, aggregate::OtherFields::last);
  EXPECT_EQ(settings_with("other_fields: common").other_fields, aggregate::OtherFields::common);
  check({{"other_fields: keep",
          "3:15: error: other_fields must be drop, first, last or common, not 'keep'"}});
}

TEST(Options, OfSingleEvents) {
  EXPECT_EQ(settings_with("single: pass").single, aggregate::Single::pass);
  EXPECT_EQ(settings_with("single: aggregate").single, aggregate::Single::aggregate);
  check({{"single: drop", "3:9: error: single must be aggregate or pass, not 'drop'"}});
}

TEST(Options, OfTheClosingReason) {
  EXPECT_TRUE(settings_with("output_reason: true").output_reason);
  EXPECT_FALSE(settings_with("output_reason: false").output_reason);
  check({{"output_reason: yes", "3:16: error: output_reason must be true or false, not 'yes'"}});
}

TEST(Options, TheClosingReasonHasItsFieldAlone) {
  const std::string found =
      ": error: output_reason, on line 4, writes into 'S.CloseReason'; remove one of the two";
  check({{"unique_fields: [S.CloseReason]\noutput_reason: true", "3:17" + found},
         {"sum_fields: [S.CloseReason]\noutput_reason: true", "3:14" + found},
         {"statistics: [{field: Name, function: first, into: S.CloseReason}]\noutput_reason: true",
          "3:51" + found}});
  settings_with("unique_fields: [S.CloseReason]\noutput_reason: false");
}

TEST(Options, OfBounds) {
  const std::vector<std::pair<std::string, std::uint64_t>> sizes{
      {"1", 1},
      {"500KB", 500'000},
      {"64MiB", 64U << 20},
      {"1GiB", 1U << 30},
      {"\"2TB\"", 2'000'000'000'000},
      {"1.5KiB", 1536},
      {"3MB", 3'000'000},
      {"3GB", 3'000'000'000},
      {"2TiB", std::uint64_t{2} << 40},
      {"9223372036854775807", 9'223'372'036'854'775'807},
  };
  for (const auto& [text, bytes] : sizes)
    EXPECT_EQ(settings_with("max_bytes: " + text).bounds.max_bytes, bytes) << text;
  const aggregate::Settings rule = settings_with("max_groups: 5\nmax_bytes: 1MiB");
  EXPECT_EQ(rule.bounds, (aggregate::Bounds{5, 1U << 20}));
}

TEST(Options, OfBoundsThatAreWrong) {
  constexpr std::string_view form =
      "3:12: error: max_bytes must be a number of bytes, or a number "
      "with KB, MB, GB, TB, KiB, MiB, GiB or TiB, not ";
  constexpr std::string_view range =
      "3:12: error: max_bytes must be at least 1 byte and less than 8 EiB, not ";
  check({
      {"max_bytes: much", std::string(form) + "'much'"},
      {"max_bytes: 64mib", std::string(form) + "'64mib'"},
      {"max_bytes: 64 MiB", std::string(form) + "'64 MiB'"},
      {"max_bytes: '64'", std::string(form) + "the text '64'"},
      {"max_bytes: [1]", std::string(form) + "a list"},
      {"max_bytes: 0", std::string(range) + "'0'"},
      {"max_bytes: -1KB", std::string(range) + "'-1KB'"},
      {"max_bytes: 8388608TiB", std::string(range) + "'8388608TiB'"},
      {"max_bytes: 1e30", std::string(range) + "'1e30'"},
      {"max_groups: 0",
       "3:13: error: max_groups must be a whole number from 1 to 9223372036854775807, not '0'"},
  });
}

}  // namespace
}  // namespace weir::rule
