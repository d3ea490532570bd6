#include <cstdio>
#include <cstdlib>

#include "found.h"

namespace weir::rule {
namespace {

TEST(Schema, OffersTheFieldsThatMayPlayAPart) {
  const std::string_view schema = schema_json();
  EXPECT_NE(schema.find("\"DestinationAddress\""), std::string_view::npos);
  EXPECT_EQ(schema.find("\"BaseEvents\""), std::string_view::npos);
  EXPECT_EQ(schema.find('@'), std::string_view::npos);
}

TEST(Schema, AcceptsGoodDocumentsAndRefusesBadOnes) {
  const char* script = std::getenv("WEIR_SCHEMA_CHECK");
  if (script == nullptr) GTEST_SKIP() << "WEIR_SCHEMA_CHECK does not name schema_check.py";
  std::FILE* pipe = popen((std::string("python3 '") + script + "'").c_str(), "w");
  ASSERT_NE(pipe, nullptr);
  std::fwrite(schema_json().data(), 1, schema_json().size(), pipe);
  const int status = pclose(pipe);
  if (status == 77 << 8) GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace weir::rule
