#include "output/whole_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "failure.h"
#include "file_descriptor.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;

// A folder of the test's own.
class WholeFile : public testing::Test {
 protected:
  WholeFile()
      : folder_(fs::canonical(fs::temp_directory_path()) /
                ("weir_whole_file_" + std::to_string(::getpid()))) {
    fs::create_directory(folder_);
  }
  ~WholeFile() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(WholeFile, ReplacesTheOneBeforeAndLeavesNothingBeside) {
  write_whole(path("stats"), "one");
  write_whole(path("stats"), "two");
  EXPECT_EQ(read_file(path("stats")), "two");
  EXPECT_EQ(files(), 1u);
}

TEST_F(WholeFile, FollowsLinksAndKeepsThem) {
  fs::create_symlink("second", path("first"));
  fs::create_symlink(path("target"), path("second"));
  write_whole(path("first"), "text");  // the target is not there yet
  EXPECT_TRUE(fs::is_symlink(path("first")));
  EXPECT_TRUE(fs::is_symlink(path("second")));
  EXPECT_EQ(read_file(path("target")), "text");
}

TEST_F(WholeFile, IsRefusedInPlaceOfAFolder) {
  fs::create_directory(path("folder"));
  EXPECT_THROW(probe_whole(path("folder")), Failure);
  EXPECT_THROW(write_whole(path("folder"), "text"), Failure);
  EXPECT_TRUE(fs::is_directory(path("folder")));
}

TEST_F(WholeFile, IsProbedWithoutATrace) {
  probe_whole(path("stats"));
  EXPECT_EQ(files(), 0u);
  EXPECT_THROW(probe_whole(path("missing/stats")), Failure);
}

TEST_F(WholeFile, IsWrittenBesideWhatAnEarlierRunLeft) {
  const std::string left = path("stats." + std::to_string(::getpid()) + ".new");
  std::ofstream(left) << "left";
  probe_whole(path("stats"));
  write_whole(path("stats"), "text");
  EXPECT_EQ(read_file(path("stats")), "text");
  EXPECT_EQ(read_file(left), "left");
  EXPECT_EQ(files(), 2u);
}

TEST_F(WholeFile, NamesThePathAsGivenWhenItFails) {
  try {
    write_whole(path("missing/stats"), "text");
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::runtime);
    EXPECT_NE(std::string(failure.what()).find("'" + path("missing/stats") + "'"),
              std::string::npos);
  }
}

TEST_F(WholeFile, ResolvesAPathThatIsNotThereYet) {
  EXPECT_EQ(resolve_path(path("./a/../new")), path("new"));
  fs::create_symlink("new", path("link"));
  EXPECT_EQ(resolve_path(path("link")), path("new"));
}

TEST_F(WholeFile, IsRefusedBehindLinksInACircle) {
  fs::create_symlink("two", path("one"));
  fs::create_symlink("one", path("two"));
  EXPECT_THROW(resolve_path(path("one")), Failure);
}

}  // namespace
}  // namespace weir::host
