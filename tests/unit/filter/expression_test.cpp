// The expression language: what it reads, how it prints, what it says about mistakes.
#include <gtest/gtest.h>

#include "event.h"
#include "expressions.h"

namespace weir::filter {
namespace {

TEST(Expression, PrintsInOneForm) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"DestinationPort=443", "DestinationPort = 443"},
      {"  DestinationPort\n>=\t-1.50 ", "DestinationPort >= -1.50"},
      {"Name = 'it''s'", "Name = 'it''s'"},
      {"Name = ''", "Name = ''"},
      {"Name IN"
       "SUBNET '10.0.0.0/8'",
       "Name inSubnet '10.0.0.0/8'"},
      {"Name CONTAINS ['a',2 , 'c'] NoCase", "Name contains ['a', 2, 'c'] nocase"},
      {"Name startswith Message", "Name startsWith Message"},
      {"((Name = 'a'))", "Name = 'a'"},
      {"NOT Name match 'a' AND Name endsWith 'b'", "not Name match 'a' and Name endsWith 'b'"},
      {"not (Name = 'a' and Name = 'b')", "not (Name = 'a' and Name = 'b')"},
      {"not not Name = 'a'", "not not Name = 'a'"},
      {"Name = 'a' or Name = 'b' and Name = 'c'", "Name = 'a' or Name = 'b' and Name = 'c'"},
      {"(Name = 'a' or Name = 'b') and Name = 'c'", "(Name = 'a' or Name = 'b') and Name = 'c'"},
      {"(Name = 'a' and Name = 'b') and Name = 'c'", "(Name = 'a' and Name = 'b') and Name = 'c'"},
      {"(Name = 'a' and Name = 'b') or Name = 'c'", "Name = 'a' and Name = 'b' or Name = 'c'"},
      {"FILTER ( 'it''s mine' )", "filter('it''s mine')"},
      {"S.имя = 'ж'", "S.имя = 'ж'"},
      {"Extra.a.b = 1", "Extra.a.b = 1"},
      {"`Extra.some key` = `Extra.a``b`", "`Extra.some key` = `Extra.a``b`"},
      {"`Extra.a` = 1", "Extra.a = 1"},
      {"DestinationPort hasBit [0, '3']", "DestinationPort hasBit [0, '3']"},
  };
  for (const auto& [written, expected] : cases) {
    EXPECT_EQ(printed(written), expected) << written;
    EXPECT_EQ(printed(expected), expected);
  }
}

TEST(Expression, AndBindsTighterThanOr) {
  const Node tree = parse_expression("Name = 'a' or Name = 'b' and not Name = 'c'");
  ASSERT_EQ(tree.type, Node::Type::any);
  ASSERT_EQ(tree.children.size(), 2U);
  EXPECT_EQ(tree.children[0].type, Node::Type::condition);
  ASSERT_EQ(tree.children[1].type, Node::Type::all);
  EXPECT_EQ(tree.children[1].children[1].type, Node::Type::negation);
}

TEST(Expression, ChainsMakeOneGroup) {
  EXPECT_EQ(parse_expression("Name='a' and Name='b' and Name='c'").children.size(), 3U);
}

TEST(Expression, SpansAreBytesOfTheText) {
  const std::string_view text = "  not S.имя = ['ж', 2] nocase ";
  const Node tree = parse_expression(text);
  const Node& condition = tree.children[0];
  const auto part = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(part(tree.span), "not S.имя = ['ж', 2] nocase");
  EXPECT_EQ(part(condition.span), "S.имя = ['ж', 2] nocase");
  EXPECT_EQ(part(condition.right_span), "['ж', 2]");
  ASSERT_EQ(condition.item_spans.size(), 2U);
  EXPECT_EQ(part(condition.item_spans[0]), "'ж'");
  EXPECT_EQ(part(condition.item_spans[1]), "2");
}

TEST(Expression, PrintsTreesThatNobodyWroteAsExpressions) {
  Node empty;
  EXPECT_EQ(to_expression(empty), "()");
  empty.type = Node::Type::any;
  EXPECT_EQ(to_expression(empty), "not ()");
  Node negation;
  negation.type = Node::Type::negation;
  negation.children = {parse_expression("Name = 'a'"), parse_expression("Name = 'b'")};
  EXPECT_EQ(to_expression(negation), "not (Name = 'a' and Name = 'b')");
  Node single;
  single.children = {parse_expression("Name = 'a' or Name = 'b'")};
  EXPECT_EQ(to_expression(single), "Name = 'a' or Name = 'b'");
}

TEST(Expression, MistakesAreNamedWhereTheyStand) {
  struct Case {
    std::string_view expression;
    std::int64_t offset;
    std::string_view message;
  };
  const Case cases[] = {
      {"", 0, "the expression is empty; expected a condition"},
      {"   ", 0, "the expression is empty; expected a condition"},
      {"DestinationAdress = 'a'", 0,
       "unknown field 'DestinationAdress'; did you mean 'DestinationAddress'?"},
      {"Name = 'a' and DestinationAdress = 'a'", 15,
       "unknown field 'DestinationAdress'; did you mean 'DestinationAddress'?"},
      {"Name startWith 'a'", 5, "unknown operator 'startWith'; did you mean 'startsWith'?"},
      {"Name blubber 'a'", 5,
       "unknown operator 'blubber'; the operators are =, <, <=, >, >=, inSubnet, contains, "
       "startsWith, endsWith, match, hasBit, hasVulnerability, inCategory and "
       "inActiveDirectoryGroup"},
      {"Name != 'a'", 5, "'!=' is not an operator; write 'not Name = …'"},
      {"Name <> 'a'", 5, "'<>' is not an operator; write 'not Name = …'"},
      {"Name !~ 'a'", 5, "'!~' is not an operator; write 'not Name match …'"},
      {"Name == 'a'", 5, "'==' is not part of the language; write '='"},
      {"Name = 'a' && Name = 'b'", 11, "'&&' is not part of the language; write 'and'"},
      {"Name = 'a' || Name = 'b'", 11, "'||' is not part of the language; write 'or'"},
      {"! Name = 'a'", 0, "'!' is not part of the language; write 'not'"},
      {"Name not contains 'a'", 5, "'not' stands before the condition: 'not Name …'"},
      {"Name", 4, "expected an operator after 'Name', found the end"},
      {"Name =", 6, "expected a text, a number, a list or an event field after '=', found the end"},
      {"Name = 'a' Name = 'b'", 11, "expected 'and', 'or' or the end, found 'Name'"},
      {"Name = 'a')", 10, "expected 'and', 'or' or the end, found ')'"},
      {"(Name = 'a'", 11, "expected 'and', 'or' or ')', found the end"},
      {"Name = 'a' and", 14, "expected a condition, such as DestinationPort = 443, found the end"},
      {"and Name = 'a'", 0, "expected a condition, such as DestinationPort = 443, found 'and'"},
      {"()", 1, "expected a condition, such as DestinationPort = 443, found ')'"},
      {"'a' = Name", 0, "a constant cannot stand left of an operator; write the event field first"},
      {"[1] = Name", 0, "a list cannot stand left of an operator; write the event field first"},
      {"Name = 'a", 7,
       "the text that begins here has no closing quote; a quote inside it is written twice"},
      {"`Extra.a = 1", 0, "the name that begins here has no closing back quote"},
      {"Name = \"a\"", 7, "text stands in single quotes: 'text', not \"text\""},
      {"Name = 10.0.0.1", 7, "'10.0.0.1' is not a number; put text in single quotes"},
      {"Name = 1e5", 7, "'1e5' is not a number; put text in single quotes"},
      {"Name = +5", 7, "'+5' is not a number; put text in single quotes"},
      {"Name = 5.", 7, "'5.' is not a number; put text in single quotes"},
      {"Name = []", 8, "the list is empty; write at least one item"},
      {"Name = ['a' 'b']", 12, "expected ',' or ']' in the list, found text"},
      {"Name = ['a', Message]", 13, "expected a text or a number in the list, found 'Message'"},
      {"Name = $threshold", 7,
       "'$threshold' is a variable of correlation rules, not an event field; aggregation and "
       "enrichment rules have none"},
      {"$a = 1", 0,
       "'$a' is a variable of correlation rules, not an event field; aggregation and enrichment "
       "rules have none"},
      {"filter(Name)", 7, "expected the name of a saved filter in single quotes, found 'Name'"},
      {"contains 'a'", 0, "'contains' needs an event field on its left"},
      {"Extra.user-agent = 'a'", 10,
       "unexpected '-' in a name; put a field name that is not letters, digits, '.' and '_' in "
       "back quotes"},
      {"Name = %", 7,
       "unexpected '%'; put text in single quotes and a field name that is not letters, digits, "
       "'.' and '_' in back quotes"},
      {"Name\xC2\xA0= 'a'", 4,
       "unexpected character U+00A0; write a space, or put text in single quotes"},
      {"Name = ‘a’", 7, "unexpected '‘'; text stands in straight single quotes: 'text'"},
      {"Name = “a”", 7, "unexpected '“'; text stands in straight single quotes: 'text'"},
      {"Name = «a»", 7, "unexpected '«'; text stands in straight single quotes: 'text'"},
      {"Name = 日", 7,
       "unexpected '日'; put text in single quotes and a field name that is not letters, digits, "
       "'.' and '_' in back quotes"},
      {"Name = \xE2\x80", 7, "byte 0xE2 is not UTF-8; save the text as UTF-8"},
      {"Name = \x7F", 7,
       "unexpected character U+007F; write a space, or put text in single quotes"},
      {"Extra = 'a'", 0, "'Extra' is a map; name one of its keys: Extra.<key>"},
      {"Name = `Extra`", 7, "'Extra' is a map; name one of its keys: Extra.<key>"},
      {"TI = 'a'", 0, "'TI' holds structured data, which no operator takes; use another field"},
      {"not BaseEvents contains 'a'", 4,
       "'BaseEvents' holds structured data, which no operator takes; use another field"},
  };
  for (const Case& mistake : cases) {
    const Refusal refused = refusal(mistake.expression);
    EXPECT_EQ(refused.message, mistake.message) << mistake.expression;
    EXPECT_EQ(refused.offset, mistake.offset) << mistake.expression;
    EXPECT_EQ(refused.status, Status::invalid_document) << mistake.expression;
  }
}

TEST(Expression, NestingIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "Name = 'a'" + std::string(depth, ')');
  };
  EXPECT_EQ(printed(nested(200)), "Name = 'a'");
  EXPECT_EQ(refusal(nested(201)).message, "nested more than 200 deep; move parts to saved filters");
  EXPECT_EQ(refusal(nested(201)).offset, 200);
  std::string negations;
  for (int i = 0; i < 300'000; ++i) negations += "not ";
  EXPECT_EQ(refusal(negations).offset, 800);
}

TEST(Expression, Has32768ConditionsAtMost) {
  EXPECT_EQ(refusal(alternatives("Name = 'a'", 32'768)).message, "");
  EXPECT_EQ(refusal(alternatives("not (Name = 'a')", 32'768)).message, "");
  EXPECT_EQ(refusal(alternatives("Name = 'a'", 32'769)).message,
            "more than 32768 conditions; put alternatives in lists");
}

TEST(Expression, Has131072ConditionsNegationsAndGroupsAtMost) {
  EXPECT_EQ(refusal(alternatives("not not not Name = 'a'", 30'000)).message, "");
  EXPECT_EQ(refusal(alternatives("not not not not Name = 'a'", 30'000)).message,
            "more than 131072 conditions, negations and groups; put alternatives in lists");
}

TEST(Expression, Has16MiBAtMost) {
  const std::string condition = "Name = 'a'";
  const std::string room((16 << 20) - condition.size(), ' ');
  EXPECT_EQ(refusal(condition + room).message, "");
  const Refusal refused = refusal(condition + room + " ");
  EXPECT_EQ(refused.message, "the expression is longer than 16777216 bytes; split it");
  EXPECT_EQ(refused.status, Status::limit);
}

}  // namespace
}  // namespace weir::filter
