// JSONTestSuite, each case wrapped as {"v": …} to make an event of it: y_ must be read, n_
// rejected, i_ may go either way. The last folder has no verdicts: it is read for not crashing.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../unit/event/reading.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

fs::path suite() {
  const char* const data = std::getenv("WEIR_DATA");
  return fs::path(data != nullptr ? data : "../shared/data") / "json";
}

std::string wrapped(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return cat("{\"v\": ", std::string(std::istreambuf_iterator<char>(file), {}), "}");
}

// By itself, and between two good lines.
bool accepted(const std::string& line) {
  Lines lines{"Name", "BytesIn", "Extra.v"};
  const bool good = lines.accepts(line);
  if (line.find('\n') != std::string::npos) return good;
  const auto errors = lines.read_all(cat("{\"Name\":\"a\"}\n", line, "\n{\"Name\":\"b\"}\n"));
  EXPECT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].error, JsonError::none);
  EXPECT_EQ(errors[1].error == JsonError::none, good);
  EXPECT_EQ(errors[2].error, JsonError::none);
  return good;
}

TEST(JsonTestSuite, ReadsTheValidCasesAndRejectsTheInvalidOnes) {
  if (!fs::exists(suite())) GTEST_SKIP() << "the real data is not there: set WEIR_DATA";
  std::size_t valid = 0, invalid = 0, either = 0;
  for (const auto& entry : fs::directory_iterator(suite() / "JSONTestSuite_test_parsing")) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    const bool good = accepted(wrapped(entry.path()));
    switch (name[0]) {
      case 'y':
        EXPECT_TRUE(good);
        ++valid;
        break;
      case 'n':
        EXPECT_FALSE(good);
        ++invalid;
        break;
      default:
        ++either;
    }
  }
  EXPECT_GT(valid, 90U);
  EXPECT_GT(invalid, 180U);
  EXPECT_GT(either, 30U);
}

TEST(JsonTestSuite, ReadsTheTransformCasesOneWayOrTheOther) {
  if (!fs::exists(suite())) GTEST_SKIP() << "the real data is not there: set WEIR_DATA";
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator(suite() / "JSONTestSuite_test_transform")) {
    accepted(wrapped(entry.path()));
    ++cases;
  }
  EXPECT_GT(cases, 20U);
}

}  // namespace
}  // namespace weir
