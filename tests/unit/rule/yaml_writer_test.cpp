#include "rule/yaml_writer.h"

#include "found.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {
namespace {

// The value of `key` in a document.
std::string value_of(const std::string& yaml) {
  const Source source(yaml);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  Parsed parsed;
  parsed.diagnostics = findings.finish();
  EXPECT_EQ(lines(parsed), Lines{}) << yaml;
  const Node* value = root ? find_value(*root, "key") : nullptr;
  return value == nullptr ? "(none)" : value->text;
}

TEST(YamlText, StandsInQuotesWhereItNeedsThem) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Windows Events", "Windows Events"},
      {"Правило", "Правило"},
      {"[OOTB] Netflow 9", "'[OOTB] Netflow 9'"},
      {"it's", "it's"},
      {"'quoted'", "'''quoted'''"},
      {"a: b", "'a: b'"},
      {"a #b", "'a #b'"},
      {"a:", "'a:'"},
      {"443", "'443'"},
      {"Null", "'Null'"},
      {"no", "'no'"},
      {"", "''"},
      {" a", "' a'"},
      {"a ", "'a '"},
      {"- a", "'- a'"},
      {"2ac55dc5-5a35-474a-b2e7-0027f9aeecf4", "2ac55dc5-5a35-474a-b2e7-0027f9aeecf4"},
      {"a\nb\t\"\\\x01\x7F", "\"a\\nb\\t\\\"\\\\\\x01\\x7f\""},
      {"a\xC2\x80\xC2\xA0", "\"a\\x80\xC2\xA0\""},
      {"a\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\xEF\xBB\xBF", "\"a\\x85\\u2028\\u2029\\ufeff\""},
  };
  for (const auto& [text, yaml] : cases) {
    EXPECT_EQ(yaml_text(text), yaml);
    EXPECT_EQ(value_of("key: " + yaml_text(text) + "\n"), text);
  }
}

TEST(YamlText, InAListHasNoBareCommas) {
  const std::vector<std::string> items{"Name", "Extra.a,b", "Extra.[x]", "Extra.{y}"};
  EXPECT_EQ(yaml_list(items, 4), "[Name, 'Extra.a,b', 'Extra.[x]', 'Extra.{y}']");
}

TEST(YamlText, BreaksLongLists) {
  const std::vector<std::string> items(20, "DestinationAddress");
  const std::string text = yaml_list(items, 4);
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find('\n', begin);
    EXPECT_LE(std::min(end, text.size()) - begin, 100U);
  }
  const std::string yaml = "  key: " + text + "\n";
  const Source source(yaml);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  ASSERT_TRUE(root);
  ASSERT_NE(find_value(*root, "key"), nullptr);
  EXPECT_EQ(find_value(*root, "key")->children.size(), 20U);
}

TEST(YamlExpression, StandsBehindItsKeyIfItIsShort) {
  EXPECT_EQ(yaml_expression("Name = 'a'", 4, 2), " Name = 'a'\n");
  EXPECT_EQ(yaml_expression("not (Name = 'a')", 4, 2), " not (Name = 'a')\n");
}

TEST(YamlExpression, IsFoldedWhereYamlWouldTakeItForSomethingElse) {
  EXPECT_EQ(yaml_expression("`not` = 'a: b'", 4, 2), " >-\n  `not` = 'a: b'\n");
}

TEST(YamlExpression, HasALineForEachPart) {
  const std::string name(40, 'x');
  const std::string expression = "Name = '" + name +
                                 "' and (Name = 'a  and b' or Name = 'c') and "
                                 "not Name = '" +
                                 name + "'";
  EXPECT_EQ(yaml_expression(expression, 4, 2),
            " >-\n  Name = '" + name +
                "'\n  and (Name = 'a  and b' or Name = 'c')\n  and not "
                "Name = '" +
                name + "'\n");
}

TEST(YamlExpression, ReadsBackWhateverItHolds) {
  std::string list = "Name = [";
  for (int i = 0; i < 100; ++i) list += "'value number " + std::to_string(i) + "', ";
  list += "'last  one ']";
  const std::vector<std::string> expressions{
      "Name = ''",
      "Name = 'a\nb'",
      "Name = 'a: b' and Name = ' #'",
      "Name = '\xE2\x80\xA8' or `and` = 5",
      list + " and " + list + " or not (" + list + ")",
      "Name = '" + std::string(5000, ' ') + "' and Name = 'b'",
  };
  for (const std::string& expression : expressions)
    EXPECT_EQ(value_of("key:" + yaml_expression(expression, 4, 2)), expression);
}

}  // namespace
}  // namespace weir::rule
