// The enrichment rules that KUMA's users share: 344 records, one {"source", "enrichment"} a line.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "imported.h"

namespace weir::rule {
namespace {

// Counts of records, made by walking the JSON with another program.
constexpr std::size_t all_enrichments = 344;
constexpr std::size_t enrichments_with_variables =
    7;  // refused: $weekday and the like, of correlation rules
constexpr std::size_t broken_enrichments = 1;  // a template with {{.ALERT_IDX}} and {{.VIRUS_TYPE}}

class KumaEnrichments : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("WEIR_DATA");
    std::ifstream stream(std::string(data == nullptr ? "" : data) +
                         "/kuma_enrichments/enrichments.ndjson");
    std::stringstream file;
    if (data != nullptr) file << stream.rdbuf();
    text = file.str();
    if (text.empty()) GTEST_SKIP() << "WEIR_DATA has no kuma_enrichments/enrichments.ndjson";
  }
  std::string text;
};

// Rules of a document by their types.
std::map<std::string, std::size_t> by_type(const std::string& text) {
  const Parsed parsed = parse_document(text);
  EXPECT_EQ(lines(parsed), Lines{});
  std::map<std::string, std::size_t> counts;
  for (const enrich::Settings& rule : parsed.document.enrichment)
    ++counts[std::string(enrich::type_name(rule.kind))];
  return counts;
}

// What was said, without its place and what it names.
std::map<std::string, std::size_t> by_message(const Lines& said) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& line : said) {
    const std::size_t severity = line.find(": ") + 2;
    const std::size_t quoted = line.find('\'');
    const std::size_t behind = line.find('\'', quoted + 1);
    ++counts[quoted == std::string::npos
                 ? line.substr(severity)
                 : line.substr(severity, quoted - severity) + "…" +
                       line.substr(behind + 1, line.find_first_of(";'", behind + 1) - behind - 1)];
  }
  return counts;
}

TEST_F(KumaEnrichments, ImportsAsOneDocumentThatLoads) {
  const ImportedText whole = import_text(text);
  // 144 constants, one of which is too long for one; 102 of the kind event.
  const std::map<std::string, std::size_t> types{{"constant", 143},
                                                 {"dictionary", 12},
                                                 {"event", 102 - enrichments_with_variables},
                                                 {"template", 86}};
  EXPECT_EQ(by_type(whole.document), types);
  const std::map<std::string, std::size_t> messages{
      {"error: … is a variable of correlation rules, not an event field",
       enrichments_with_variables},
      {"error: in the template: unknown field …", 2},
      {"warning: the constant has 377 characters, and a constant has at most 255; it becomes a "
       "template without fields",
       1},
      {"warning: debug is left out; it has no counterpart", 1},
      // Two records ask for one of the eleven.
      {"warning: the dictionary … is not here", 11},
      // Some stand in several packs: there are 21 records more than ids.
      {"warning: another enrichment rule has the name … too", 21}};
  EXPECT_EQ(by_message(whole.said), messages);
}

TEST_F(KumaEnrichments, ImportsOneByOne) {
  std::istringstream stream(text);
  std::size_t records = 0;
  std::size_t refused = 0;
  for (std::string line; std::getline(stream, line); ++records) {
    const ImportedText one = import_text(line);
    const bool bad = std::any_of(one.said.begin(), one.said.end(), [](const std::string& said) {
      return said.find(": error: ") != std::string::npos;
    });
    refused += bad ? 1 : 0;
    if (bad) {
      EXPECT_EQ(one.document, "");
      continue;
    }
    EXPECT_EQ(document(one.document), Lines{}) << one.document;
    EXPECT_EQ(parse_document(one.document).document.enrichment.size(), 1U) << line;
  }
  EXPECT_EQ(records, all_enrichments);
  EXPECT_EQ(refused, enrichments_with_variables + broken_enrichments);
}

}  // namespace
}  // namespace weir::rule
