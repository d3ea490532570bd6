// What the lookups that a condition names must have.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>

#include "checked.h"

namespace weir::filter {
namespace {

TEST(LookupCheck, FindsLookupsAndTheirColumnsAndKeys) {
  const std::tuple<std::string_view, std::int64_t, std::string_view> cases[] = {
      {"dictionary('words', Name) = 'a'", -1, ""},
      {"dictionary('words', Name, Message, DestinationPort) = 'a'", -1, ""},
      {"dictionary('0b7d4a2e-0000-4000-8000-000000000001', Name) = 'a'", -1, ""},
      {"dictionary('wrds', Name) = 'a'", 11, "unknown dictionary 'wrds'; did you mean 'words'?"},
      {"Name = dictionary('colours', Name)", 18,
       "unknown dictionary 'colours'; declare it under 'dictionaries'"},
      {"inDictionary('a3ac515e-6a3a-418b-bd68-fa8fb46871e3', Name)", 13,
       "unknown dictionary 'a3ac515e-6a3a-418b-bd68-fa8fb46871e3'; declare one with this 'id' "
       "under "
       "'dictionaries'"},
      {"inActiveList('colours', Name)", 13,
       "unknown active list 'colours'; declare it under 'active_lists'"},
      {"inContextTable('colours', Name)", 15,
       "unknown context table 'colours'; declare it under 'context_tables'"},
      {"table('colours', 'a', Name) = 1", 6, "unknown table 'colours'; declare it under 'tables'"},
      {"inDictionary('hosts', Name)", 13,
       "unknown dictionary 'hosts', but there is a lookup of that name which is asked with "
       "table(…)"},
      {"table('hosts', 'os', Name) = 'a'", -1, ""},
      {"table('hosts', 'ownr', Name) = 'a'", 15,
       "the table 'hosts' has no column 'ownr'; did you mean 'owner'?"},
      {"table('hosts', 'x', Name) = 'a'", 15,
       "the table 'hosts' has no column 'x'; it has os, owner"},
      {"activeList('empty', 'x', Name) = 'a'", 20,
       "the active list 'empty' has no column 'x'; declare it under 'columns'"},
      {"Name = contextTable('state', 'user', Name, Message)", 29,
       "the context table 'state' has no column 'user'; it has score, ports, tags"},
      {"contextTable('state', 'score', Name, DestinationPort) = 1", -1, ""},
      {"contextTable('state', 'score', Name) = 1", 31,
       "the context table 'state' has 2 key fields, user, port; name an event field for each, not "
       "1"},
      {"inContextTable('state', Name, Message, Name)", 39,
       "the context table 'state' has 2 key fields, user, port; name an event field for each, not "
       "3"},
      {"inContextTable('one', Name, Message)", 28,
       "the context table 'one' has 1 key field, user; name an event field for each, not 2"},
      {"inDictionary('words', Name, SA.x)", 28,
       "'SA.x' is an array, which cannot be part of a key; use a field that holds one value"},
  };
  for (const auto& [expression, offset, message] : cases) {
    EXPECT_EQ(refused(expression), (Refused{std::string(message), offset})) << expression;
  }
}

TEST(LookupCheck, AListInAContextTableIsAnArrayOrHasAnIndex) {
  const std::string ports = "contextTable('state', 'ports', Name, Message)";
  EXPECT_EQ(refused(ports + " = 443"), Refused{});
  EXPECT_EQ(refused(ports + "[0] = 443"), Refused{});
  EXPECT_EQ(refused(ports + "[0] < DestinationPort"), Refused{});
  EXPECT_EQ(refused("DestinationPort = " + ports + "[1]"), Refused{});
  EXPECT_EQ(refused(ports + " < 443"),
            (Refused{"'<' does not take 'ports', which is a list; write an index behind the "
                     "operand, such as [0]",
                     22}));
  EXPECT_EQ(refused("DestinationPort = " + ports),
            (Refused{"'ports' is a list, which cannot stand right of an operator; write an index "
                     "behind the operand, such as [0], or exchange the sides",
                     40}));
  EXPECT_EQ(refused("contextTable('one', 'name', Name)[2] = 'a'"),
            (Refused{"'name' of the context table 'one' is not a list; remove [2]", 34}));
  EXPECT_EQ(refused("Name = dictionary('words', Name)[2]"),
            (Refused{"an index stands behind a list in a context table only; remove [2]", 33}));
}

TEST(LookupCheck, WithoutTablesEveryLookupIsUnknown) {
  const Node node = parse_expression("inDictionary('words', Name)");
  EXPECT_EQ(refused(node, Environment{}, Schema::kuma).message,
            "unknown dictionary 'words'; declare it under 'dictionaries'");
}

}  // namespace
}  // namespace weir::filter
