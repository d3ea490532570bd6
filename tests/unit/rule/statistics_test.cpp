#include "found.h"

namespace weir::rule {
namespace {

using aggregate::Function;
using aggregate::Statistic;

// The field stands at 4:10, the function at 5:13, the result at 6:9.
Lines statistic(const std::string& field, const std::string& function, const std::string& into) {
  return rule_with("statistics:\n- field: " + field + "\n  function: " + function +
                   "\n  into: " + into);
}

TEST(Statistics, AreReadInTheirOrder) {
  const aggregate::Settings rule = settings_with(R"(statistics:
- {field: BytesIn, function: max, into: N.maxIn}
- {field: BytesIn, function: min, into: F.minIn}
- {field: BytesIn, function: avg, into: F.avgIn}
- {field: Name, function: first, into: S.first}
- {field: Name, function: last, into: Message}
- {field: Name, function: distinct, into: N.names}
)");
  const FieldId bytes = field_id("BytesIn");
  const FieldId name = field_id("Name");
  EXPECT_EQ(rule.statistics,
            (std::vector<Statistic>{{bytes, Function::max, field_id("N.maxIn")},
                                    {bytes, Function::min, field_id("F.minIn")},
                                    {bytes, Function::avg, field_id("F.avgIn")},
                                    {name, Function::first, field_id("S.first")},
                                    {name, Function::last, field_id("Message")},
                                    {name, Function::distinct, field_id("N.names")}}));
}

TEST(Statistics, MayBeOfFieldsThatPlayAPartAndThatWeirWrites) {
  settings_with(
      "sum_fields: [BytesIn]\nstatistics:\n"
      "- {field: Name, function: last, into: S.a}\n"
      "- {field: BytesIn, function: max, into: N.b}\n"
      "- {field: Timestamp, function: max, into: N.c}\n"
      "- {field: StartTime, function: min, into: FlexDate1}\n"
      "- {field: BaseEventCount, function: max, into: BytesOut}\n");
}

TEST(Statistics, MayTakeThePlaceOfTheirField) {
  settings_with("statistics: [{field: BytesIn, function: max, into: BytesIn}]");
}

TEST(Statistics, NeedAFieldThatHoldsThem) {
  struct Case {
    std::string field, function, into, type, wanted;
  };
  const std::vector<Case> cases{
      {"BytesIn", "max", "S.x", "text", "number or float"},
      {"Timestamp", "last", "Message", "text", "number or float"},
      {"F.x", "min", "N.x", "number", "float"},
      {"F.x", "first", "FlexDate1", "timestamp", "float"},
      {"Name", "min", "N.x", "number", "text"},
      {"Name", "last", "F.x", "float", "text"},
      {"BytesIn", "avg", "N.x", "number", "float"},
      {"BytesIn", "avg", "FlexDate1", "timestamp", "float"},
      {"Name", "distinct", "F.x", "float", "number"},
      {"BytesIn", "distinct", "FlexDate1", "timestamp", "number"},
  };
  for (const auto& [field, function, into, type, wanted] : cases) {
    std::string found = "6:9: error: '" + into + "' is a " + type + " field, which does not hold '";
    found += function + "' of '" + field + "'; name a " + wanted + " field";
    EXPECT_EQ(statistic(field, function, into), Lines{found});
  }
}

TEST(Statistics, AreNotOfEveryField) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"SA.x", "'SA.x' holds arrays; list it under unique_fields"},
      {"NA.x", "'NA.x' holds arrays; list it under unique_fields"},
      {"TI", "'TI' holds structured data; name another field"},
      {"Extra", "'Extra' is a map; name one of its keys: Extra.<key>"},
      {"Name", "'Name' holds text, of which there is no average; name a number or float field"},
      {"Nme", "unknown field 'Nme'; did you mean 'Name'?"},
      {"[a]", "field must name a field, not a list"},
  };
  for (const auto& [field, found] : cases)
    EXPECT_EQ(statistic(field, "avg", "F.x"), (Lines{"4:10: error: " + found}));
}

TEST(Statistics, GoIntoFieldsOfTheirOwn) {
  EXPECT_EQ(
      rule_with("sum_fields: [BytesIn]\nstatistics:\n"
                "- {field: N.x, function: max, into: BytesIn}\n"
                "- {field: N.x, function: max, into: N.y}\n"
                "- {field: Name, function: min, into: Name}\n"
                "- {field: N.z, function: min, into: N.y}\n"),
      (Lines{"5:37: error: 'BytesIn' is in sum_fields too, on line 3; a field plays one part, "
             "so remove one",
             "7:38: error: 'Name' is in identical_fields too, on line 2; a field plays one "
             "part, so remove one",
             "8:37: error: two statistics go into 'N.y', the first on line 6; give one of "
             "them another field"}));
}

TEST(Statistics, DoNotGoWhereWeirWritesNorIntoArrays) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"BaseEventCount", "Weir writes it into the aggregated event itself; remove it"},
      {"EndTime", "Weir writes it into the aggregated event itself; remove it"},
      {"NA.x", "it holds arrays; name a field that holds one value"},
      {"TI", "it holds structured data; remove it"},
      {"Extra", "it is a map; name one of its keys: Extra.<key>"},
  };
  for (const auto& [into, found] : cases)
    EXPECT_EQ(statistic("BytesIn", "max", into),
              (Lines{"6:9: error: '" + into + "' cannot be the result of a statistic: " + found}));
}

TEST(Statistics, AreListsOfMapsWithThreeKeys) {
  EXPECT_EQ(rule_with("statistics: {field: Name}"),
            (Lines{"3:13: error: statistics must be a list, not a map"}));
  EXPECT_EQ(rule_with("statistics: [max, {}]"),
            (Lines{"3:14: error: a statistic must be a map with 'field', 'function' and 'into', "
                   "not 'max'",
                   "3:19: error: 'field' is missing; name the field that the statistic is of",
                   "3:19: error: 'function' is missing; write min, max, avg, first, last or "
                   "distinct",
                   "3:19: error: 'into' is missing; name the field that holds the result"}));
  EXPECT_EQ(rule_with("statistics: [{field: BytesIn, function: mx, into: N.x, too: 1}]"),
            (Lines{"3:41: error: function must be min, max, avg, first, last or distinct, "
                   "not 'mx'; did you mean 'max'?",
                   "3:56: error: unknown key 'too'; known here are field, function, into"}));
}

}  // namespace
}  // namespace weir::rule
