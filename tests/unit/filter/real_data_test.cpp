// Operators against verdicts that other programs gave on real data.
#include "real_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/ip.h"
#include "base/text.h"
#include "event.h"

namespace weir::filter {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + '\'';
}

TEST(RealData, AddressesAreReadAsGoAndPythonReadThem) {
  const std::string text = real_data("ip/parse.json");
  if (text.empty()) GTEST_SKIP() << "the real data (WEIR_DATA) is not there: ip/parse.json";
  int compared = 0;
  for (const auto c : parsed_json(text).get_array()) {
    const std::string_view written = c["s"];
    if (!bool(c["agree_addr_validity"]) || written.find('%') != std::string_view::npos) continue;
    EXPECT_EQ(parse_address(written).has_value(), !c["go_addr"].is_null()) << written;
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

TEST(RealData, MatchFindsWhatRe2Finds) {
  const std::string text = real_data("regex/re2-search.bool.ndjson");
  if (text.empty()) {
    GTEST_SKIP() << "the real data (WEIR_DATA) is not there: regex/re2-search.bool.ndjson";
  }
  int compared = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto c = parsed_json(line);
    const std::string_view searched = c["text"];
    if (searched.empty()) continue;  // an empty field is absent, and matches nothing
    const std::string expression = "Message match " + quoted(c["re"]);
    EXPECT_EQ(matches(expression, event("Message", searched)), bool(c["match"]))
        << expression << " on " << searched;
    ++compared;
  }
  EXPECT_GT(compared, 500);
}

// All expressions that were searched in one text, as a list.
TEST(RealData, MatchOfAListFindsWhatAnyOfItFinds) {
  const std::string text = real_data("regex/re2-search.bool.ndjson");
  if (text.empty()) {
    GTEST_SKIP() << "the real data (WEIR_DATA) is not there: regex/re2-search.bool.ndjson";
  }
  std::map<std::string, std::map<bool, std::vector<std::string>>> searched;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto c = parsed_json(line);
    searched[std::string(std::string_view(c["text"]))][bool(c["match"])].push_back(quoted(c["re"]));
  }
  int compared = 0;
  for (const auto& [field, found] : searched) {
    if (field.empty()) continue;
    for (const auto& [expected, expressions] : found) {
      if (expressions.size() < 4) continue;
      std::string list;
      for (const std::string& each : expressions)
        list.append(list.empty() ? "" : ", ").append(each);
      EXPECT_EQ(matches("Message match [" + list + "]", event("Message", std::string_view(field))),
                expected)
          << list << " on " << field;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20);
}

// AT&T's tests of POSIX expressions: whether there is a match, for which expression is found
// leftmost-first or leftmost-longest alike. "SAME" is the expression of the line before.
int count_posix_matches(std::string_view file) {
  int compared = 0;
  std::istringstream lines(real_data(file));
  std::string expression;
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, '\t');)
      if (!cell.empty()) cells.push_back(cell);
    if (cells.size() < 4 || (cells[0] != "E" && cells[0] != "BE")) continue;
    if (cells[1] != "SAME") expression = cells[1];
    const bool missed = cells[3] == "NOMATCH";
    if (cells[2] == "NULL" || (!missed && cells[3][0] != '(')) continue;  // absent; an error
    const std::string condition = "Message match " + filter::quoted(expression);
    if (!refusal(condition).message.empty()) continue;  // of POSIX alone: [[.a.]], [[=a=]]
    EXPECT_EQ(matches(condition, event("Message", std::string_view(cells[2]))), !missed) << line;
    ++compared;
  }
  return compared;
}

TEST(RealData, MatchFindsWhatPosixFinds) {
  if (real_data("regex/basic.dat").empty())
    GTEST_SKIP() << "the real data (WEIR_DATA) is not there: regex/basic.dat";
  EXPECT_GT(count_posix_matches("regex/basic.dat"), 150);
  EXPECT_GT(count_posix_matches("regex/nullsubexpr.dat"), 40);
  EXPECT_GT(count_posix_matches("regex/repetition.dat"), 40);
}

struct Column {
  std::string_view name;
  std::string_view field;
  enum { text, integer, floating } kind;
};

// Zeek's columns that the conditions name, as fields of the event schema.
constexpr Column zeek_columns[] = {
    {"id.orig_h", "SourceAddress", Column::text},
    {"id.orig_p", "SourcePort", Column::integer},
    {"id.resp_h", "DestinationAddress", Column::text},
    {"id.resp_p", "DestinationPort", Column::integer},
    {"proto", "TransportProtocol", Column::text},
    {"query", "S.query", Column::text},
    {"qtype", "N.qtype", Column::integer},
    {"rtt", "F.rtt", Column::floating},
    {"rcode_name", "S.rcode", Column::text},
    {"answers", "S.answers", Column::text},
};

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

// Each line of the log as a row of the slots; texts are views of the log.
std::vector<std::vector<Value>> read_log(std::string_view log, const SlotMap& slots) {
  std::vector<std::vector<Value>> rows;
  std::vector<std::string_view> names;
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    const std::string_view line = log.substr(0, end);
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    if (line.starts_with("#fields\t")) names = split(line.substr(8));
    if (line.starts_with("#")) continue;
    const auto cells = split(line);
    std::vector<Value> row(slots.size());
    for (const Column& column : zeek_columns) {
      const auto at = std::find(names.begin(), names.end(), column.name) - names.begin();
      const std::string_view cell = cells.at(static_cast<std::size_t>(at));
      if (cell == "-" || cell == "(empty)") continue;
      Value& value = row[slots.find(field_id(column.field))];
      if (column.kind == Column::text) value = Value::of(cell);
      if (column.kind == Column::integer) value = Value::of(parse_integer(cell).value());
      if (column.kind == Column::floating) value = Value::of(parse_number(cell).value());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// The condition of a case as an expression of ours.
std::string expression_of(const simdjson::dom::element& c) {
  const std::string_view name = c["Field"];
  const auto* column = std::find_if(std::begin(zeek_columns), std::end(zeek_columns),
                                    [&](const Column& each) { return each.name == name; });
  EXPECT_NE(column, std::end(zeek_columns)) << name;
  std::string expression = bool(c["Not"]) ? "not " : "";
  const std::string_view op = c["Op"];
  std::string values;
  int count = 0;
  for (const std::string_view value : c["Values"].get_array()) {
    if (op == "hasBitAny")  // not one operator of ours, but some
      values.append(count > 0 ? " or " : "").append(column->field).append(" hasBit ").append(value);
    if (op == "hasBitAny" && ++count > 0) continue;
    if (count++ > 0) values.append(", ");
    values.append(quoted(value));
  }
  if (op == "hasBitAny") return expression + "(" + values + ")";
  if (count > 1) values.insert(0, 1, '[').append("]");
  expression.append(column->field).append(" ").append(op).append(" ");
  return expression + values + (bool(c["case_insensitive"]) ? " nocase" : "");
}

TEST(RealData, ConditionsCountTheDnsQueriesThatGoCounted) {
  const std::string log = real_data("zeek/dns.log.gz");
  const std::string cases = real_data("zeek/golden/dns.filters.json");
  if (log.empty() || cases.empty()) {
    GTEST_SKIP() << "the real data (WEIR_DATA) is not there: zeek/dns.log.gz";
  }
  SlotMap slots;
  for (const Column& column : zeek_columns) slots.want(field_id(column.field));
  const auto rows = read_log(log, slots);
  Scratch scratch;
  int compared = 0;
  for (const auto c : parsed_json(cases).get_array()) {
    const std::string expression = expression_of(c);
    const Program program = compile(parse_expression(expression), {}, slots);
    std::int64_t count = 0;
    for (const auto& row : rows) count += program.matches(row.data(), scratch) ? 1 : 0;
    EXPECT_EQ(static_cast<std::int64_t>(rows.size()), std::int64_t(c["Total"]));
    EXPECT_EQ(count, std::int64_t(c["Count"])) << expression;
    ++compared;
  }
  EXPECT_EQ(compared, 44);
}

}  // namespace
}  // namespace weir::filter
