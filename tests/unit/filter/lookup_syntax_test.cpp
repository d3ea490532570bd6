// Lookups and threat intelligence in expressions: what is read, how it prints, what is said about
// mistakes. Whether a lookup is there, see operand_check_test.cpp.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "expressions.h"
#include "filter/saved.h"
#include "filter/tree.h"

namespace weir::filter {
namespace {

TEST(LookupSyntax, PrintsInOneForm) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"DICTIONARY( 'it''s' ,Name,Message )='a'", "dictionary('it''s', Name, Message) = 'a'"},
      {"Name = Table('t','c',Name)", "Name = table('t', 'c', Name)"},
      {"activelist('l','c',Name) > DestinationPort",
       "activeList('l', 'c', Name) > DestinationPort"},
      {"contexttable('x','c',Name)[ 0 ] hasBit [1]", "contextTable('x', 'c', Name)[0] hasBit [1]"},
      {"Name contains contextTable('x', 'c', `Extra.some key`)[007] NOCASE",
       "Name contains contextTable('x', 'c', `Extra.some key`)[7] nocase"},
      {"TI('',SourceAddress,'Score') = Ti('b', Name, 'k')",
       "ti('', SourceAddress, 'Score') = ti('b', Name, 'k')"},
      {"INDICTIONARY('d',Name,Message)", "inDictionary('d', Name, Message)"},
      {"not inactivelist('l',Name) and incontexttable('x',Name) nocase",
       "not inActiveList('l', Name) and inContextTable('x', Name) nocase"},
      {"tidetect(Name) or TIDETECT( 'c', Name )", "TIDetect(Name) or TIDetect('c', Name)"},
      {"TIDetect('', Name)", "TIDetect(Name)"},
      {"Name hasvulnerability", "Name hasVulnerability"},
      {"(Name hasVulnerability)", "Name hasVulnerability"},
      {"Name hasVulnerability nocase and Name = 'a'",
       "Name hasVulnerability nocase and Name = 'a'"},
      {"Name hasVulnerability Severity 3", "Name hasVulnerability severity 3"},
      {"Name hasVulnerability severity 0", "Name hasVulnerability"},
      {"Name hasVulnerability 'CVE-1' severity 3 nocase",
       "Name hasVulnerability 'CVE-1' severity 3 nocase"},
      {"Name hasVulnerability ['CVE-1','CVE-2'] or Name = ''",
       "Name hasVulnerability ['CVE-1', 'CVE-2'] or Name = ''"},
      {"Name incategory 'Servers/Web'", "Name inCategory 'Servers/Web'"},
      {"dictionary('d', Name) inActiveDirectoryGroup ['a','b']",
       "dictionary('d', Name) inActiveDirectoryGroup ['a', 'b']"},
  };
  for (const auto& [written, expected] : cases) {
    EXPECT_EQ(printed(written), expected) << written;
    EXPECT_EQ(printed(expected), expected);
  }
}

TEST(LookupSyntax, MakesTheTreesThatTheCompilerExpects) {
  const Node entry = parse_expression("inContextTable('x', Name)");
  const auto& lookup = std::get<Lookup>(entry.left);
  EXPECT_EQ(lookup.kind, lookup::Kind::context_table);
  EXPECT_EQ(lookup.column, "");
  EXPECT_TRUE(std::holds_alternative<Nothing>(entry.right));

  const Node detected = parse_expression("TIDetect('c', Name)");
  EXPECT_EQ(std::get<Intelligence>(detected.left), (Intelligence{"c", field_id("Name"), ""}));
  EXPECT_TRUE(std::holds_alternative<Nothing>(detected.right));

  const Node vulnerable = parse_expression("Name hasVulnerability severity 4294967295");
  EXPECT_EQ(vulnerable.min_severity, 4294967295U);
  EXPECT_TRUE(std::holds_alternative<Nothing>(vulnerable.right));
}

// Only a parenthesis behind it makes a function of a name.
TEST(LookupSyntax, FieldsMayHaveTheNamesOfFunctions) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"table = dictionary", "table = dictionary"},
      {"ti > 3 and contexttable = 'a'", "ti > 3 and contexttable = 'a'"},
      {"dictionary('d', table) = ti", "dictionary('d', table) = ti"},
      {"severity > 3", "severity > 3"},
      {"a hasVulnerability severity 3 and severity = severity",
       "a hasVulnerability severity 3 and severity = severity"},
      {"`inDictionary` = `filter`", "`inDictionary` = `filter`"},
      {"a = inDictionary", "a = `inDictionary`"},
  };
  for (const auto& [written, expected] : cases) {
    EXPECT_EQ(printed(written, Schema::open), expected) << written;
    EXPECT_EQ(printed(expected, Schema::open), expected);
  }
}

TEST(LookupSyntax, SpansAreBytesOfTheText) {
  const std::string_view text = "contextTable('ж', 'c', Name)[0] = table('t', 'c', Name, S.a)";
  const Node tree = parse_expression(text);
  const auto parts = [&](const std::vector<Span>& spans) {
    std::string joined;
    for (const Span span : spans) {
      joined.append(text.substr(span.begin, span.end - span.begin)).append(" ");
    }
    return joined;
  };
  EXPECT_EQ(parts(tree.left_parts), "'ж' 'c' Name 0 ");
  EXPECT_EQ(parts(tree.item_spans), "'t' 'c' Name S.a ");
  EXPECT_EQ(parts({tree.op_span}), "= ");
  EXPECT_EQ(parts({tree.right_span}), "table('t', 'c', Name, S.a) ");
  EXPECT_EQ(parts({tree.span}), std::string(text) + " ");
}

// So that the bounds of constants hold for them too.
TEST(LookupSyntax, NamesAndKeysCountAsConstants) {
  const ConstantExtent extent =
      constant_extent(parse_expression("table('abc', 'de', Name, Message) = ti('f', Name, 'gh')"));
  EXPECT_EQ(extent.items, 2U);
  EXPECT_EQ(extent.bytes, 8U);
  const ConstantExtent entry = constant_extent(parse_expression("inDictionary('abc', Name)"));
  EXPECT_EQ(entry.items, 1U);
  EXPECT_EQ(entry.bytes, 3U);
}

TEST(LookupSyntax, MistakesAreNamedWhereTheyStand) {
  const std::tuple<std::string_view, std::int64_t, std::string_view> cases[] = {
      {"dictonary('d', Name) = 'a'", 0, "unknown function 'dictonary'; did you mean 'dictionary'?"},
      {"Name = tables('t', 'c', Name)", 7, "unknown function 'tables'; did you mean 'table'?"},
      {"inDictionnary('d', Name)", 0,
       "unknown function 'inDictionnary'; did you mean 'inDictionary'?"},
      {"lower(Name) = 'x'", 0,
       "unknown function 'lower'; the functions are filter, dictionary, table, activeList, "
       "contextTable, ti, inDictionary, inActiveList, inContextTable, TIDetect"},
      {"Name('x')", 4, "expected an operator after 'Name(…)', found '('"},
      {"Name = true", 7, "'true' is no constant by itself; put it in single quotes"},
      {"filtr('x')", 0, "unknown function 'filtr'; did you mean 'filter'?"},
      {"Name hasVulnerabilty", 5,
       "unknown operator 'hasVulnerabilty'; did you mean 'hasVulnerability'?"},
      {"Name inActivDirectoryGroup 'a'", 5,
       "unknown operator 'inActivDirectoryGroup'; did you mean 'inActiveDirectoryGroup'?"},
      {"Name inCategories 'a'", 5, "unknown operator 'inCategories'; did you mean 'inCategory'?"},
      {"dictionary('d') = 'a'", 14, "expected ',' and the event field that is the key, found ')'"},
      {"dictionary(d, Name) = 'a'", 11,
       "expected the name of the dictionary in single quotes, found 'd'"},
      {"activeList('l', Name) = 'a'", 16,
       "expected the name of a column in single quotes, found 'Name'"},
      {"contextTable('x') = 'a'", 16,
       "expected ',' and the name of a column in single quotes, found ')'"},
      {"dictionary('d', 'k') = 'a'", 16, "expected an event field as the key, found text"},
      {"dictionary('d', Name Message) = 'a'", 21,
       "expected ',' or ')' after the key of the dictionary, found 'Message'"},
      {"dictionary('d', Nam) = 'a'", 16, "unknown field 'Nam'; did you mean 'Name'?"},
      {"dictionary('d', $x) = 'a'", 16,
       "'$x' is a variable of correlation rules, not an event field; aggregation and enrichment "
       "rules have none"},
      {"dictionary('d', TI) = 'a'", 16,
       "'TI' holds structured data, which no operator takes; use another field"},
      {"dictionary('d', Name)", 21, "expected an operator after 'dictionary(…)', found the end"},
      {"dictionary('d', Name) != 'a'", 22,
       "'!=' is not an operator; write 'not dictionary(…) = …'"},
      {"contextTable('x', 'c', Name)[-1] = 'a'", 29,
       "expected a whole number, counted from 0, as the index, found '-1'"},
      {"contextTable('x', 'c', Name)[4294967296] = 'a'", 29,
       "expected a whole number, counted from 0, as the index, found '4294967296'"},
      {"contextTable('x', 'c', Name)['a'] = 'a'", 29,
       "expected a whole number, counted from 0, as the index, found text"},
      {"contextTable('x', 'c', Name)[0 = 'a'", 31, "expected ']' after the index, found '='"},
      {"ti(Name) = 'a'", 3, "expected a category in single quotes, '' for any, found 'Name'"},
      {"ti('c', Name) = 'a'", 12,
       "expected ',' and a key of the context in single quotes, found ')'"},
      {"TIDetect()", 9, "expected a category in single quotes or an event field, found ')'"},
      {"TIDetect('c')", 12, "expected ',' and an event field after the category, found ')'"},
      {"TIDetect(Name) = 'a'", 15, "expected 'and', 'or' or the end, found '='"},
      {"inDictionary 'd'", 0,
       "'inDictionary' is followed by parentheses: inDictionary('Name', Field)"},
      {"Name inActiveList 'x'", 5,
       "'inActiveList' has no left side; write inActiveList('Name', Field)"},
      {"Name tidetect 'x'", 5,
       "'TIDetect' has no left side; write TIDetect(Field) or TIDetect('category', Field)"},
      {"Name = inDictionary('d', Name)", 7,
       "'inDictionary' is a condition of its own, which cannot stand right of '='; join the two "
       "with 'and' or 'or'"},
      {"Name hasVulnerability severity 'high'", 31,
       "expected a whole number after 'severity', found text"},
      {"Name hasVulnerability severity 2.5", 31,
       "expected a whole number after 'severity', found '2.5'"},
      {"Name = 'a' severity 3", 11, "expected 'and', 'or' or the end, found 'severity'"},
      {"Name inCategory", 15,
       "expected a text, a number, a list or an event field after 'inCategory', found the end"},
  };
  for (const auto& [expression, offset, message] : cases) {
    try {
      parse_expression(expression);
      ADD_FAILURE() << expression << " was read";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.what(), std::string(message)) << expression;
      EXPECT_EQ(failure.position().offset, offset) << expression;
      EXPECT_EQ(failure.status(), Status::invalid_document) << expression;
    }
  }
}

}  // namespace
}  // namespace weir::filter
