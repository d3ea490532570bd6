// Reputation lists as they are published: 120,000 addresses and their scores.

#include "../filter/real_data.h"

#include <map>
#include <sstream>

#include "rows.h"

namespace weir::lookup {
namespace {

TEST(RealData, AReputationListIsADictionary) {
  const std::string list = real_data("ti/ipsum.txt.gz");
  if (list.empty()) GTEST_SKIP() << "ti/ipsum.txt.gz is not there";
  std::map<std::string, std::string> scores;
  std::string rows;
  std::istringstream text(list);
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line[0] == '#') continue;  // the list's own comments
    const std::size_t tab = line.find('\t');
    scores[line.substr(0, tab)] = line.substr(tab + 1);
    rows += line;
    rows += '\n';
  }
  const Table table = read(Kind::dictionary, Format::tsv, rows);
  EXPECT_GT(scores.size(), 100'000U);
  EXPECT_EQ(table.size(), scores.size());
  for (const auto& [address, score] : scores) EXPECT_EQ(entry(table, address), score);
}

// The list has a line that is commented out, which only a column of addresses can tell.
TEST(RealData, AListWithCategoriesIsATable) {
  const std::string list = real_data("ti/scirius-iprep.list");
  if (list.empty()) GTEST_SKIP() << "ti/scirius-iprep.list is not there";
  const std::string csv = "ip,category,score\n" + list;
  std::map<std::string, std::string> rows;
  std::istringstream text(list);
  for (std::string line; std::getline(text, line);) {
    const std::size_t comma = line.find(',');
    std::string rest = line.substr(comma + 1);
    rest[rest.find(',')] = ' ';
    rows[line.substr(0, comma)] = rest;
  }
  const Table table = read(Kind::table, Format::csv, csv);
  EXPECT_EQ(table.size(), rows.size());
  for (const auto& [address, rest] : rows) EXPECT_EQ(entry(table, address), rest);
  EXPECT_EQ(problem(Kind::context_table, Format::csv, csv,
                    {{{"ip", FieldType::text, Form::address}}, {}}),
            "2:1: column 'ip': '#8.8.8.8' is no IP address; write one such as 10.0.0.1 or "
            "2001:db8::1");
}

}  // namespace
}  // namespace weir::lookup
