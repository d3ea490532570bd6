#include "input/paths.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "failure.h"
#include "run/inputs.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;

class Paths : public testing::Test {
 protected:
  Paths() : folder_(fs::path(testing::TempDir()) / ("weir_paths_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "folder.log");
    for (const char* name : {"b.log", "a.log", "B.log", "c.txt", ".d.log", "e[1].log"}) {
      std::ofstream(folder_ / name) << name;
    }
  }
  ~Paths() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<std::string> names(const std::vector<std::string>& texts) const {
    RunOptions options;
    std::vector<std::string> given;
    for (const std::string& text : texts) given.push_back(path(text));
    set_inputs(options, given, false);
    std::vector<std::string> all;
    for (const InputName& input : options.inputs) all.push_back(fs::path(input.text).filename());
    return all;
  }

  fs::path folder_;
};

using Names = std::vector<std::string>;

TEST_F(Paths, OfAPatternAreFilesInTheOrderOfTheirBytes) {
  EXPECT_EQ(names({"*.log"}), (Names{"B.log", "a.log", "b.log", "e[1].log"}));
  EXPECT_EQ(names({"[ab].log", "?.txt"}), (Names{"a.log", "b.log", "c.txt"}));
}

TEST_F(Paths, ThatAreNamesAreNoPatterns) {
  EXPECT_FALSE(is_pattern(path("e[1].log")));
  EXPECT_TRUE(is_pattern(path("e[2].log")));
  EXPECT_FALSE(is_pattern(path("not there")));
  EXPECT_EQ(names({"e[1].log"}), (Names{"e[1].log"}));
}

TEST_F(Paths, ThatAreNamedAreNotMatchedAgain) {
  EXPECT_EQ(names({"*.log", "a.log"}), (Names{"B.log", "b.log", "e[1].log", "a.log"}));
  EXPECT_EQ(names({"a*", "*a.log"}), (Names{"a.log"}));
  fs::create_symlink(path("a.log"), path("z.log"));
  EXPECT_EQ(names({"[az].log"}), (Names{"a.log"}));
}

TEST_F(Paths, OfAPatternThatNothingMatchesFail) {
  try {
    names({"*.nothing"});
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::bad_input);
    EXPECT_NE(std::string(failure.what()).find("*.nothing'"), std::string::npos);
  }
  EXPECT_TRUE(matches_of(path("nowhere/*")).empty());
}

TEST_F(Paths, ThatWouldMatchAreTold) {
  EXPECT_TRUE(matches("logs/*.log", "logs/a.log"));
  EXPECT_FALSE(matches("logs/*.log", "logs/.a.log"));
  EXPECT_FALSE(matches("logs/*", "logs/a/b"));
}

TEST_F(Paths, ToBeFollowedAreFilesAndPatterns) {
  RunOptions options;
  set_inputs(options, {path("a.log"), path("*.txt"), path("nowhere"), "-"}, true);
  EXPECT_EQ(options.follow, (Names{path("a.log"), path("*.txt"), path("nowhere")}));
  ASSERT_EQ(options.inputs.size(), 1u);
  EXPECT_EQ(options.inputs[0].kind, InputName::Kind::standard_input);
  EXPECT_THROW(set_inputs(options = {}, {"-"}, true), Failure);
}

}  // namespace
}  // namespace weir::host
