// The filters that KUMA's users share: 186 trees, one {"source", "payload"} a line.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "found.h"
#include "rule/import.h"
#include "rule/kuma_filter.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {
namespace {

// Counts of filters, made by walking the JSON with another program. One counts in the first of
// these that it belongs to.
constexpr std::size_t all_filters = 186;
constexpr std::size_t filters_with_variables = 12;  // refused: $rule_name in a key, and once $cmd
constexpr std::size_t filters_with_lookups = 14;    // two of them ask for threat intelligence too

std::string file() {
  const char* data = std::getenv("WEIR_DATA");
  if (data == nullptr) return {};
  std::ifstream stream(std::string(data) + "/kuma_filters/filters.ndjson");
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

struct One {
  std::optional<filter::Node> tree;
  Lines said;
  std::size_t lookups = 0;
};

std::vector<One> read_all(const std::string& text) {
  std::vector<One> out;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const Source source(line);
    Findings findings(source);
    One& one = out.emplace_back();
    const auto value = read_tree(source, findings);
    const Node* payload = value ? find_value(*value, "payload") : nullptr;
    KumaReading reading;
    reading.lookup = [&](filter::Lookup&, const KumaLookup&) { ++one.lookups; };
    if (payload != nullptr) one.tree = read_kuma_filter(*payload, reading, findings);
    Parsed parsed;
    parsed.diagnostics = findings.finish();
    one.said = lines(parsed);
  }
  return out;
}

class KumaData : public testing::Test {
 protected:
  void SetUp() override {
    text = file();
    if (text.empty()) GTEST_SKIP() << "WEIR_DATA has no kuma_filters/filters.ndjson";
    filters = read_all(text);
    ASSERT_EQ(filters.size(), all_filters);
  }
  std::string text;
  std::vector<One> filters;
};

TEST_F(KumaData, LoadsEveryTreeThatHasNoVariables) {
  std::map<std::string, std::size_t> refused;
  std::size_t lookups = 0;
  for (const One& one : filters) {
    if (one.tree) {
      EXPECT_EQ(one.said, Lines{});
      lookups += one.lookups > 0 ? 1 : 0;
      continue;
    }
    for (const std::string& line : one.said) ++refused[line.substr(line.find("error"))];
  }
  const std::string rest =
      " is a variable of correlation rules, not an event field; aggregation "
      "and enrichment rules have none";
  EXPECT_EQ(refused, (std::map<std::string, std::size_t>{{"error: '$rule_name'" + rest, 11},
                                                         {"error: '$cmd'" + rest, 1}}));
  EXPECT_EQ(lookups, filters_with_lookups);
}

TEST_F(KumaData, ReadsBackFromItsExpressions) {
  std::size_t good = 0;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (!filters[i].tree) continue;
    const std::string expression = filter::to_expression(*filters[i].tree);
    try {
      EXPECT_EQ(filter::to_expression(filter::parse_expression(expression)), expression);
      ++good;
    } catch (const Failure& failure) {
      ADD_FAILURE() << "line " << i + 1 << ": " << failure.what() << "\n" << expression;
    }
  }
  EXPECT_EQ(good, all_filters - filters_with_variables);
}

// The document that a JSON answer has, and its diagnostics.
struct Answer {
  std::string document;
  Lines errors;
};

Answer import_all(const std::string& json) {
  const std::string text = import_json(json);
  const Source source(text);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  Answer answer;
  if (!root) return answer;
  answer.document = find_value(*root, "document")->text;
  for (const Node& item : find_value(*root, "diagnostics")->children)
    if (find_value(item, "severity")->text == "error")
      answer.errors.push_back(find_value(item, "message")->text);
  return answer;
}

TEST_F(KumaData, ImportsAsOneDocumentThatLoads) {
  const Answer whole = import_all(text);
  EXPECT_EQ(whole.errors.size(), filters_with_variables);
  EXPECT_EQ(document(whole.document), Lines{});
}

TEST_F(KumaData, ImportsOneByOne) {
  std::istringstream stream(text);
  std::size_t refused = 0;
  std::size_t loaded = 0;
  for (std::string line; std::getline(stream, line);) {
    const Answer one = import_all(line);
    refused += one.errors.empty() ? 0 : 1;
    if (!one.errors.empty()) continue;
    EXPECT_EQ(document(one.document), Lines{}) << one.document;
    loaded += document(one.document).empty() ? 1 : 0;
  }
  EXPECT_EQ(refused, filters_with_variables);
  EXPECT_EQ(loaded, all_filters - filters_with_variables);
}

}  // namespace
}  // namespace weir::rule
