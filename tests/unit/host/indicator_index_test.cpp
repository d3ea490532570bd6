#include "tracer/indicator_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tracer/normal_form.h"

namespace weir::host::tracer {
namespace {

std::string normal(std::string_view text) {
  std::string scratch;
  return std::string(normal_form(text, scratch));
}

TEST(NormalForm, LeavesOutWhatDoesNotTellHostsApart) {
  EXPECT_EQ(normal("http://Evil.EXAMPLE/"), "evil.example");
  EXPECT_EQ(normal(" HTTPS://evil.example\r\n"), "evil.example");
  EXPECT_EQ(normal("A7396D61"), "a7396d61");
  EXPECT_EQ(normal("svn+ssh://A:80/B"), "a:80/B");
}

TEST(NormalForm, KeepsPathsAndQueries) {
  EXPECT_EQ(normal("http://A.example/Path/"), "a.example/Path/");
  EXPECT_EQ(normal("a.example?Q=http://B/"), "a.example?Q=http://B/");
  EXPECT_EQ(normal("a.example//"), "a.example//");
  EXPECT_EQ(normal("://A"), "://A");
  EXPECT_EQ(normal("4://A"), "4://A");
  EXPECT_EQ(normal("mailto:A@b"), "mailto:a@b");
  EXPECT_EQ(normal(" \t"), "");
  EXPECT_EQ(normal("http://"), "");
}

TEST(DetectionStart, EndsBeforeTheIndicator) {
  EXPECT_EQ(detection_start("C=1"), "Category=C=1|MatchedIndicator=");
}

class Index : public ::testing::Test {
 protected:
  std::string find(std::string_view value) { return std::string(index_.find(value, scratch_)); }
  IndicatorIndex index_;
  std::string scratch_;
};

TEST_F(Index, FindsNothingInNothing) {
  EXPECT_EQ(find("a"), "");
  EXPECT_EQ(find("192.0.2.1"), "");
}

TEST_F(Index, TakesNetworksForTextsWhereOnlyUrlsAreServed) {
  IndexBuilder builder(Serves::url);
  EXPECT_EQ(builder.add("192.0.2.0/24", {}), IndexBuilder::Added::yes);
  index_ = builder.finish();
  EXPECT_EQ(find("192.0.2.1"), "");
  EXPECT_EQ(find("http://192.0.2.0/24"), "192.0.2.0/24\n");
}

TEST_F(Index, SaysWhyARowIsLeftOut) {
  IndexBuilder builder(Serves::ip);
  EXPECT_EQ(builder.add(" ", {}), IndexBuilder::Added::empty);
  EXPECT_EQ(builder.add("a", {}), IndexBuilder::Added::no_address);
  const std::string longer(kLongestRow, 'x');
  EXPECT_EQ(builder.add("::1", {{"a", longer}}), IndexBuilder::Added::too_long);
  EXPECT_EQ(builder.finish().size(), 0u);
}

TEST_F(Index, AgreesWithAMap) {
  IndexBuilder builder(Serves::any);
  std::map<std::string, std::string> model;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = fmt::format("h{}", random() % 15'000);
    const std::string value = std::to_string(i);
    EXPECT_EQ(builder.add(key, {{"n", value}}), IndexBuilder::Added::yes);
    model[key] = fmt::format("{}|n={}\n", key, value);
  }
  index_ = builder.finish();
  EXPECT_EQ(index_.size(), model.size());
  for (int i = 0; i < 15'000; ++i) {
    const std::string key = fmt::format("h{}", i);
    const auto at = model.find(key);
    EXPECT_EQ(find(key), at == model.end() ? "" : at->second);
  }
}

}  // namespace
}  // namespace weir::host::tracer
