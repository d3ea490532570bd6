#include "found.h"

namespace weir::rule {
namespace {

std::string expression(std::string_view text) {
  const Parsed parsed = parse_document(text);
  EXPECT_EQ(lines(parsed), Lines{});
  return parsed.document.filter ? filter::to_expression(*parsed.document.filter) : "";
}

// Every way to write it is one line long; the error is in its last word.
TEST(FilterText, PointsIntoAnyKindOfScalar) {
  constexpr std::string_view message = ": error: unknown field 'Nme'; did you mean 'Name'?";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"filter: Message = 'ё' or Nme = 1\n", "1:26"},
      {"filter: 'Message = ''it''''s'' or Nme = 1'\n", "1:35"},
      {"filter: \"Message = '\\u0451\\x41' or Nme = 1\"\n", "1:36"},
      {"filter: |\n  Message = 'ё'\n    or Nme = 1\n", "3:8"},
      {"filter: >-\n  Message = 'ё' or\n  Nme = 1\n", "3:3"},
      {"filter: Message = 'ё'\n  or Nme = 1\n", "2:6"},
      {"filter: {all: [Message = 'ё', any: [Nme = 1]]}\n", "1:37"},
  };
  for (const auto& [text, place] : cases)
    EXPECT_EQ(document(text), Lines{place + std::string(message)}) << text;
}

TEST(FilterText, TellEveryUnknownFieldOfAnExpression) {
  EXPECT_EQ(document("filter: Nme = 1 or inDictionary('D', Naem) and Name = 2 or BytesInn > 5\n"),
            (Lines{"1:9: error: unknown field 'Nme'; did you mean 'Name'?",
                   "1:38: error: unknown field 'Naem'; did you mean 'Name'?",
                   "1:60: error: unknown field 'BytesInn'; did you mean 'BytesIn'?"}));
  EXPECT_EQ(document("filter: Nme = 1 or Name ==\n"),
            (Lines{"1:9: error: unknown field 'Nme'; did you mean 'Name'?",
                   "1:25: error: '==' is not part of the language; write '='"}));
  EXPECT_EQ(document("filter: source ip = 'x'\n").size(), 1U);  // one mistake
  std::string many = "filter: Nme = 1";
  for (int i = 0; i < 500; ++i) many += " or Nme = 1";
  EXPECT_EQ(document(many + "\n").size(), 101U);
}

TEST(FilterText, PointsAtAConstantThatDoesNotCompile) {
  EXPECT_EQ(document("filter: |\n  SourceAddress inSubnet 'x'\n").size(), 1U);
  EXPECT_EQ(document("filter: |\n  SourceAddress inSubnet 'x'\n")[0].substr(0, 12), "2:26: error:");
}

TEST(FilterText, EndsOnItsOwnLine) {
  const std::string message = ": error: expected 'and', 'or' or ')', found the end";
  for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{
           {"filter: |\n  (Name = 'x'\naggregation: []\n", "2:14"},
           {"filter: >\n  (Name =\n  'x'\n\naggregation: []\n", "3:6"},
           {"filter: |-\n  (Name = 'x'\naggregation: []\n", "2:14"},
           {"filter: (Name = 'x'\n", "1:20"},
       })
    EXPECT_EQ(document(text), Lines{place + message}) << text;
}

TEST(FilterText, SaysOnceWhereAnExpressionDoesNotCompile) {
  EXPECT_EQ(document("filter: Message match 'a[z-a]'\n"),
            (Lines{"1:26: error: the expression 'a[z-a]' does not compile: invalid character class "
                   "range: z-a"}));
}

TEST(FilterText, NeedsAKeyOfExtraAndNoStructuredField) {
  EXPECT_EQ(document("filter: {any: [Extra = 'a', TI = 'a', Extra.a = 'a']}\n"),
            (Lines{"1:16: error: 'Extra' is a map; name one of its keys: Extra.<key>",
                   "1:29: error: 'TI' holds structured data, which no operator takes; use another "
                   "field"}));
}

TEST(FilterText, HoldsAListAsLongAsTheDocument) {
  std::string text = "filter: SourceAddress = [";
  for (int i = 0; i < 900'000; ++i) {
    const auto octet = [&](int shift) { return std::to_string(i >> shift & 255); };
    text += "'10." + octet(16) + "." + octet(8) + "." + octet(0) + "',";
  }
  text.back() = ']';
  ASSERT_GT(text.size(), std::size_t{12} << 20);
  EXPECT_EQ(document(text), Lines{});
}

TEST(FilterText, MayNotBeEmpty) {
  for (const std::string_view text : {"filter: ''\n", "filter: ~\n", "filter: ' '\n"})
    EXPECT_EQ(document(text), (Lines{"1:9: error: the filter is empty; write an expression such as "
                                     "DestinationPort = 443, or remove the key"}));
}

TEST(FilterText, NamesALookupThatIsNotDeclared) {
  EXPECT_EQ(document("filter: Name = 'a' and inDictionary('d', Name)\n"),
            (Lines{"1:37: error: unknown dictionary 'd'; declare it under 'dictionaries'"}));
}

TEST(FilterTree, MeansTheSameAsItsExpression) {
  const std::string tree = expression(R"(
filter:
  all:
    - DestinationPort = 443
    - any: [Name = 'a', "Name = 'b'"]
    - not: [BytesIn > 5, BytesOut > 6]
)");
  EXPECT_EQ(tree, expression("filter: DestinationPort = 443 and (Name = 'a' or Name = 'b') and "
                             "not (BytesIn > 5 and BytesOut > 6)\n"));
}

TEST(FilterTree, IsWholeAfterAThousandWarnings) {
  std::string noise;  // each with a warning
  for (int i = 0; i < 1'500; ++i)
    noise += R"({op: "=", leftField: Name, constant: a, checkTypes: true}, )";
  const Parsed parsed = parse_document(
      "filters: {a: {root: {group: true, conditions: [" + noise + "]}}}\n" +
      "filter: {root: {op: '=', leftField: Name, rightKind: list, list: [a, b]}}\n" +
      "aggregation: [{name: r, identical_fields: [Name], filter: \"filter('a')\"}]\n");
  ASSERT_TRUE(parsed.good());
  EXPECT_EQ(parsed.diagnostics.size(), 1'001U);
  ASSERT_TRUE(parsed.document.filter);
  EXPECT_EQ(filter::to_expression(*parsed.document.filter), "Name = ['a', 'b']");
  EXPECT_EQ(parsed.document.aggregation.size(), 1U);
  EXPECT_FALSE(parse_document("filters: {a: {root: {group: true, conditions: [" + noise +
                              "]}}}\nfilter: Nme = 1\n")
                   .good());
}

TEST(FilterTree, HasOneKeyAGroup) {
  EXPECT_EQ(document("filter:\n  all: [Name = 1]\n  any: [Name = 2]\n"),
            (Lines{"2:3: error: a filter group has exactly one of 'all', 'any' and 'not'; put "
                   "further groups into its list"}));
}

TEST(FilterTree, HasNoEmptyGroup) {
  EXPECT_EQ(document("filter: {any: []}\n"),
            (Lines{"1:15: error: the list 'any' is empty; write at least one condition, or remove "
                   "the filter"}));
}

TEST(FilterTree, HasLists) {
  EXPECT_EQ(document("filter: {not: Name = 1}\n"),
            (Lines{"1:15: error: not must be a list, not 'Name = 1'; put it in [ ]"}));
}

TEST(FilterTree, SuggestsItsKeys) {
  EXPECT_EQ(document("filter: {nott: [Name = 1]}\n"),
            (Lines{"1:10: error: unknown key 'nott'; did you mean 'not'?"}));
}

TEST(FilterTree, ReportsEveryItem) {
  EXPECT_EQ(document("filter: {any: [Nme = 1, Nam = 2]}\n").size(), 2U);
}

TEST(SavedFilters, AreAMapOrAList) {
  for (const std::string_view text :
       {"filters: {b: Name = 'x', a: Name = 'y'}\n",
        "filters: [{name: b, filter: Name = 'x'}, {name: a, filter: Name = 'y'}]\n"}) {
    const Parsed parsed = parse_document(text);
    EXPECT_EQ(lines(parsed), Lines{});
    ASSERT_EQ(parsed.document.filters.size(), 2U);
    EXPECT_EQ(parsed.document.filters[0].name, "b");
    EXPECT_EQ(filter::to_expression(parsed.document.filters[1].tree), "Name = 'y'");
  }
}

TEST(SavedFilters, ReferToOneAnotherInAnyOrder) {
  EXPECT_EQ(document("filters:\n  a: filter('b') or filter('b')\n  b: Name = 'x'\n"
                     "filter: filter('a')\n"),
            Lines{});
}

TEST(SavedFilters, SuggestAName) {
  EXPECT_EQ(document("filters:\n  internal: Name = 'x'\nfilter: not filter('interal')\n"),
            (Lines{"3:13: error: unknown saved filter 'interal'; did you mean 'internal'?"}));
}

TEST(SavedFilters, ReportACycleOnceAtItsFirst) {
  EXPECT_EQ(document("filters:\n  z: filter('a')\n  b: filter('c')\n  a: not filter('b')\n"
                     "  c: filter('a')\nfilter: filter('z')\n"),
            (Lines{"3:3: error: saved filters refer to each other in a circle: 'b' -> 'c' -> 'a' "
                   "-> 'b'; take one of the references out"}));
}

TEST(SavedFilters, ReportAFilterThatRefersToItself) {
  EXPECT_EQ(document("filters:\n  a: filter('a')\n"),
            (Lines{"2:3: error: saved filters refer to each other in a circle: 'a' -> 'a'; take "
                   "one of the references out"}));
}

TEST(SavedFilters, AreReportedOnceHoweverOftenTheyAreUsed) {
  EXPECT_EQ(document("filters:\n  a: Nme = 1\n  b: filter('a')\nfilter: filter('b')\n"),
            (Lines{"2:6: error: unknown field 'Nme'; did you mean 'Name'?"}));
}

TEST(SavedFilters, AreCompiledAtTheirOwnPlaceBeforeThoseThatUseThem) {
  const Lines found = document("filters:\n  b: not filter('a')\n  a: Message match '('\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].substr(0, 11), "3:21: error");
}

TEST(SavedFilters, HaveNamesOfTheirOwn) {
  EXPECT_EQ(document("filters:\n- {name: a, filter: Name = 1}\n- {name: a, filter: Name = 1}\n"),
            (Lines{"3:10: error: two filters have the name 'a', the first on line 2; rename one"}));
  EXPECT_EQ(document("filters:\n  a: Name = 1\n  a: Name = 1\n"),
            (Lines{"3:3: error: duplicate key 'a': the first is on line 2; remove one"}));
}

TEST(SavedFilters, CannotMultiplyWithoutEnd) {
  std::string text = "filters:\n  f0: Name = 'x'\n";
  for (int i = 1; i < 60; ++i) {
    const std::string reference = "filter('f" + std::to_string(i - 1) + "')";
    text += "  f" + std::to_string(i) + ": " + reference + " and " + reference + "\n";
  }
  EXPECT_FALSE(parse_document(text).good());
}

// A saved filter, and `rules` rules that each name it `uses` times.
std::string used_often(const std::string& filter, int rules, int uses) {
  std::string text = "filters:\n  s: " + filter + "\naggregation:\n";
  for (int i = 0; i < rules; ++i) {
    text += "- name: r" + std::to_string(i) + "\n  identical_fields: [N.f" + std::to_string(i) +
            "]\n  filter: ";
    for (int j = 0; j < uses; ++j) text += j == 0 ? "filter('s')" : " or filter('s')";
    text += "\n";
  }
  return text;
}

std::string name_among(int items) {
  std::string list = "Name = [";
  for (int i = 0; i < items; ++i) list += std::to_string(i) + ",";
  list.back() = ']';
  return list;
}

void expect_one(const std::string& text, std::string_view end) {
  const Lines found = document(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].ends_with(end)) << found[0];
}

TEST(SavedFilters, WithListsAreUsedByManyRules) {
  EXPECT_EQ(document(used_often(name_among(10'000), 199, 1)), Lines{});
}

TEST(SavedFilters, WithListsCannotMultiplyWithoutEnd) {
  expect_one(used_often(name_among(10'000), 1, 150),
             "in the saved filter 's': the filter, with its saved filters, has more than 1000000 "
             "list items; use those with long lists less often");
  expect_one(used_often(name_among(10'000), 300, 1),
             "with saved filters in place of their names the filters up to here come to more than "
             "2000000 list items; use those with long lists less often");
}

TEST(SavedFilters, WithLongConstantsCannotMultiplyWithoutEnd) {
  expect_one(used_often("Name = '" + std::string(std::size_t{1} << 20, 'x') + "'", 70, 1),
             "with saved filters in place of their names the filters up to here come to more than "
             "64 MiB of constants; use those with long constants less often");
}

TEST(SavedFilters, WithExpressionsCannotMultiplyWithoutEnd) {
  std::string filter = "Name match [";
  for (int i = 0; i < 100; ++i) filter += "'.{1000}x" + std::to_string(i) + "',";
  filter.back() = ']';
  expect_one(used_often(filter, 1, 10),
             "take more than 64 MiB; make repetitions such as {1000} shorter, or list fewer");
  expect_one(
      used_often(filter, 20, 1),
      "with saved filters in place of their names the expressions of 'match' up to here take "
      "more than 256 MiB; make repetitions such as {1000} shorter, or use those filters less "
      "often");
}

TEST(SavedFilters, ReferAtMost64Deep) {
  const auto chain = [](int length) {
    std::string text = "filters:\n  f0: Name = 'x'\n";
    for (int i = 1; i <= length; ++i)
      text += "  f" + std::to_string(i) + ": filter('f" + std::to_string(i - 1) + "')\n";
    return document(text);
  };
  EXPECT_EQ(chain(64), Lines{});
  EXPECT_EQ(chain(65),
            (Lines{"67:8: error: saved filters refer to each other more than 64 deep; write some "
                   "of them out"}));
}

}  // namespace
}  // namespace weir::rule
