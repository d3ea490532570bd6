// Evaluation allocates nothing once its buffers have grown. The whole program's operator new is
// replaced to see it.
#include <gtest/gtest.h>

#include "../count_allocations.h"
#include "event.h"
#include "world.h"

namespace weir::filter {
namespace {

TEST(Program, AllocatesNothingInTheSteadyState) {
  if (allocations.load() == 0) GTEST_SKIP() << "a sanitizer's operator new cannot be counted";
  const std::string_view expressions[] = {
      "Name = 'Alpha' nocase",
      "Name = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] nocase",
      "Name contains ['LPH', 'x'] nocase",
      "Name endsWith 'HA' nocase",
      "Name < 'b' nocase",
      "Name match '^a.+a$' nocase",
      "Name match ['a1', 'b2', 'c3', 'd4', 'al']",
      "Name startsWith Message nocase",
      "Name = Message nocase",
      "SA.x contains 'LPH' nocase",
      "DestinationPort contains 43",
      "DestinationPort = [1, 443, 7]",
      "SourceAddress inSubnet ['10.0.0.0/8', '::/0']",
      "F.f contains '0.5'",
      "Name contains ['q1', 'q2', 'q3', 'q4', 'q5', 'LPH'] nocase",
      "Name endsWith ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'alpha']",
      "dictionary('d', Message) = Name nocase",
      "table('t', 'v', Message, DestinationPort) contains 'long'",
      "inDictionary('d', Message) and inActiveList('l', Message, DestinationPort, Name)",
      "Message hasVulnerability ['CVE-2021-1', 'CVE-2021-2'] severity 2",
      "Message inCategory 'Servers/Web'",
      "Message inActiveDirectoryGroup 'admins'",
      "TIDetect('botnet', SourceAddress)",
      "ti('', SourceAddress, 'who') = ti('botnet', SourceAddress, 'who')",
  };
  const std::string intelligence =
      R"([{"category": "bot\u006Eet", "indicator": "10.1.2.3", "context": {"who": "a\\b\u0416"}}])";
  const std::vector<std::string> many{"Servers/Web/Public", "CVE-2021-2", "admins"};
  World world;
  const auto add = [&](const std::string& name, lookup::Shape shape, const std::string& key) {
    PlainTable& table = world.tables.emplace_back();
    table.name = name;
    table.shape = std::move(shape);
    Event& cells = table.rows[key].cells;
    for (const lookup::Column& column : table.shape.columns)
      if (column.type == FieldType::text_array)
        cells.set("cell." + column.name, many);
      else if (column.type == FieldType::number_array)
        cells.set("cell." + column.name, std::vector<std::int64_t>{1, 3, 1});
      else
        cells.set("cell." + column.name, "a long text, long enough for no short string to hold it");
  };
  add("d", lookup::fixed_shape(lookup::Kind::dictionary), "ALPHA");
  add("t", {lookup::Kind::table, {{"k"}, {"l"}}, {{"v"}}, {}}, "ALPHA|443");
  add("l", {lookup::Kind::active_list, {{"k"}, {"l"}, {"m"}}, {{"v"}}, {1'000}}, "ALPHA|443|a");
  add("", lookup::fixed_shape(lookup::Kind::assets), "ALPHA");
  add("", lookup::fixed_shape(lookup::Kind::directory), "ALPHA");
  const lookup::Tables tables = world.built();
  Event event;
  event.set("Name", "alpha and a long text, long enough for no short string to hold it; alpha");
  event.set("Message", "ALPHA").set("DestinationPort", 443).set("F.f", 0.5);
  event.set("SourceAddress", "10.1.2.3").set("SA.x", std::vector<std::string>{"ALPHA", "beta"});
  event.put("TI", Value::json(intelligence));
  for (const std::string_view expression : expressions) {
    SlotMap slots;
    const Program program = compile(parse_expression(expression), {{}, {}, &tables}, slots);
    const auto row = event.row(slots);
    Scratch scratch;
    const bool first = program.matches(row.data(), scratch);
    const std::size_t before = allocations.load();
    const bool second = program.matches(row.data(), scratch);
    EXPECT_EQ(allocations.load(), before) << expression;
    EXPECT_EQ(first, second) << expression;
  }
}

}  // namespace
}  // namespace weir::filter
