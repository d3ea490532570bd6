// Which operand may stand where, and what type it has.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "checked.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

Operand any_of_kind(OperandKinds kind) {
  const FieldId name = field_id("Name");
  switch (kind) {
    case operand::field:
      return EventField{name};
    case operand::active_list:
      return Lookup{lookup::Kind::active_list, "seen", "count", {name}, {}};
    case operand::dictionary:
      return Lookup{lookup::Kind::dictionary, "words", "", {name}, {}};
    case operand::context_table:
      return Lookup{lookup::Kind::context_table, "one", "name", {name}, {}};
    case operand::table:
      return Lookup{lookup::Kind::table, "hosts", "os", {name}, {}};
    case operand::intelligence:
      return Intelligence{"", name, "k"};
    case operand::constant:
      return Constant{"1", true};
    case operand::list:
      return List{{{"1", true}}};
    default:
      return Nothing{};
  }
}

// The columns: event field, active list, dictionary, context table, table, threat intelligence,
// constant, list, nothing. B: on both sides.
TEST(OperandCheck, KnowsWhatMayStandWhere) {
  constexpr OperandKinds columns[] = {
      operand::field,         operand::active_list, operand::dictionary,
      operand::context_table, operand::table,       operand::intelligence,
      operand::constant,      operand::list,        operand::nothing};
  const std::pair<std::string_view, std::string_view> table[] = {
      {"=", "BBBBBBRR-"},
      {"<", "BBBBBLR--"},
      {"<=", "BBBBBLR--"},
      {">", "BBBBBLR--"},
      {">=", "BBBBBLR--"},
      {"inSubnet", "BBBBBBRR-"},
      {"contains", "BBBBBBRR-"},
      {"startsWith", "BBBBBBRR-"},
      {"endsWith", "BBBBBBRR-"},
      {"match", "LLLLLLRR-"},
      {"hasBit", "LLLLL-RR-"},
      {"inDictionary", "--L-----R"},
      {"inActiveList", "-L------R"},
      {"inContextTable", "---L----R"},
      {"hasVulnerability", "LLLLL-RRR"},
      {"inCategory", "LLLLL-RR-"},
      {"inActiveDirectoryGroup", "LLLLL-RR-"},
      {"TIDetect", "-----L--R"},
  };
  Environment environment;
  environment.tables = &sample_tables();
  for (const auto& [name, row] : table) {
    for (std::size_t left = 0; left < row.size(); ++left) {
      for (std::size_t right = 0; right < row.size(); ++right) {
        Node node;
        node.type = Node::Type::condition;
        node.op = *find_operator(name);
        node.left = any_of_kind(columns[left]);
        node.right = any_of_kind(columns[right]);
        const bool good =
            (row[left] == 'L' || row[left] == 'B') && (row[right] == 'R' || row[right] == 'B');
        EXPECT_EQ(refused(node, environment, Schema::kuma).message.empty(), good)
            << name << " " << left << " " << right;
      }
    }
  }
}

TEST(OperandCheck, SaysWhatToWriteInstead) {
  const std::tuple<std::string_view, std::int64_t, std::string_view> cases[] = {
      {"Name match dictionary('words', Name)", 11,
       "a value of a dictionary cannot stand right of 'match'; write constants"},
      {"Name inCategory Message", 16,
       "an event field cannot stand right of 'inCategory'; write constants"},
      {"Name hasVulnerability Message", 22,
       "an event field cannot stand right of 'hasVulnerability'; write a vulnerability such as "
       "'CVE-2021-44228', a list of them, or nothing"},
      {"Name < ti('c', Name, 'k')", 7,
       "threat intelligence cannot stand right of '<'; write it on the left, with '>'"},
      {"Name >= ti('c', Name, 'k')", 8,
       "threat intelligence cannot stand right of '>='; write it on the left, with '<='"},
      {"ti('c', Name, 'k') hasBit 1", 0,
       "threat intelligence cannot stand left of 'hasBit'; write an event field or a lookup"},
      {"dictionary('words', Name) < [1]", 28, "'<' compares with one value, not with a list"},
      {"SA.x hasBit 1", 0, "'hasBit' does not take 'SA.x', which is an array"},
      {"SA.x >= 'a'", 0, "'>=' does not take 'SA.x', which is an array"},
      {"SA.x inCategory 'a'", -1, ""},
      {"SA.x inActiveDirectoryGroup 'a'", -1, ""},
      {"SA.x hasVulnerability", -1, ""},
  };
  for (const auto& [expression, offset, message] : cases) {
    EXPECT_EQ(refused(expression), (Refused{std::string(message), offset})) << expression;
  }
}

TEST(OperandCheck, AssetsAndAccountsMustBeDeclared) {
  const auto without = [](std::string_view expression) {
    return refused(parse_expression(expression), Environment{}, Schema::kuma);
  };
  EXPECT_EQ(without("Name inCategory 'a'"),
            (Refused{"'inCategory' needs assets; declare them under 'assets'", 5}));
  EXPECT_EQ(without("Name hasVulnerability"),
            (Refused{"'hasVulnerability' needs assets; declare them under 'assets'", 5}));
  EXPECT_EQ(without("Name inActiveDirectoryGroup 'a'"),
            (Refused{"'inActiveDirectoryGroup' needs accounts and their groups; declare them under "
                     "'directory'",
                     5}));
}

TEST(OperandCheck, AnAggregationFilterCannotAskForEverything) {
  Environment environment;
  environment.tables = &sample_tables();
  environment.aggregates = true;
  const auto in_aggregates = [&](std::string_view expression) {
    return refused(parse_expression(expression), environment, Schema::kuma);
  };
  const std::string rest =
      " cannot stand in the filter of an aggregation rule; use it in the engine's filter or an "
      "enrichment rule's";
  EXPECT_EQ(in_aggregates("Name hasVulnerability"), (Refused{"'hasVulnerability'" + rest, 5}));
  EXPECT_EQ(in_aggregates("Name inActiveDirectoryGroup 'a'"),
            (Refused{"'inActiveDirectoryGroup'" + rest, 5}));
  EXPECT_EQ(in_aggregates("TIDetect(Name)"), (Refused{"'TIDetect'" + rest, 0}));
  EXPECT_EQ(in_aggregates("ti('', Name, 'k') = 1"), (Refused{"'ti(…)'" + rest, 0}));
  EXPECT_EQ(in_aggregates("Name = ti('', Name, 'k')"), (Refused{"'ti(…)'" + rest, 7}));
  for (const std::string_view good :
       {"Name inCategory 'a'", "inDictionary('words', Name)", "Name = 'a'"}) {
    EXPECT_EQ(in_aggregates(good), Refused{}) << good;
  }
}

// As KUMA's own filters are: nothing says where their parts stand.
TEST(OperandCheck, ATreeWithoutSpansIsRefusedWhereItStands) {
  Environment environment;
  environment.tables = &sample_tables();
  Node node;
  node.type = Node::Type::condition;
  node.span = {40, 50};
  node.left = EventField{field_id("Name")};
  for (const auto& right :
       {Operand(Lookup{lookup::Kind::table, "hosts", "x", {field_id("Name")}, {}}), Operand(List{}),
        Operand(Nothing{}), Operand(EventField{field_id("TI")}),
        Operand(Lookup{lookup::Kind::dictionary, "words", "", {}, {}})}) {
    node.right = right;
    EXPECT_EQ(refused(node, environment, Schema::kuma).offset, 40);
  }
}

TEST(OperandCheck, AnOpenSchemaHasNoArraysAndNoStructuredFields) {
  EXPECT_EQ(refused("inDictionary('words', SA.x, TI)", Schema::open), Refused{});
  EXPECT_EQ(refused("a inCategory 'x'", Schema::open), Refused{});
}

TEST(OperandType, IsTheFieldsOrTheColumns) {
  Environment environment;
  environment.tables = &sample_tables();
  const auto type = [&](std::string_view expression, Schema schema = Schema::kuma) {
    return type_of_operand(parse_expression(expression, schema).left, environment, schema);
  };
  EXPECT_EQ(type("DestinationPort = 1"), FieldType::number);
  EXPECT_EQ(type("DestinationPort = 1", Schema::open), FieldType::any);
  EXPECT_EQ(type("SA.x = 1"), FieldType::text_array);
  EXPECT_EQ(type("dictionary('words', Name) = 1"), FieldType::text);
  EXPECT_EQ(type("table('hosts', 'os', Name) = 1"), FieldType::text);
  EXPECT_EQ(type("ti('', Name, 'k') = 1"), FieldType::text);
  EXPECT_EQ(type("contextTable('state', 'score', Name, Name) = 1"), FieldType::floating);
  EXPECT_EQ(type("contextTable('state', 'ports', Name, Name) = 1"), FieldType::number_array);
  EXPECT_EQ(type("contextTable('state', 'ports', Name, Name)[3] = 1"), FieldType::number);
  EXPECT_EQ(type("contextTable('state', 'tags', Name, Name)[3] = 1"), FieldType::text);
}

}  // namespace
}  // namespace weir::filter
