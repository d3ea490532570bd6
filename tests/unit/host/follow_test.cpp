#include "input/follow.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "unit/host/compressed.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSecond = 1'000'000'000;

// A folder, and a follower whose clock stands until it is moved.
class Follow : public testing::Test {
 protected:
  Follow() : folder_(fs::path(testing::TempDir()) / ("weir_follow_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Follow() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::app) << text;
  }
  void rename(const std::string& from, const std::string& to) const {
    fs::rename(path(from), path(to));
  }

  void start(const std::vector<std::string>& names, const std::vector<FileIdentity>& excluded = {},
             bool events = true) {
    FollowOptions options;
    options.events = events;
    for (const std::string& name : names) options.paths.push_back(path(name));
    options.excluded = excluded;
    options.take = [this](const std::string& path, std::uint64_t number, std::string_view bytes,
                          bool last) {
      text_[fs::path(path).filename()] += bytes;
      by_number_[number] += bytes;
      if (last) ends_.push_back(by_number_[number]);
    };
    options.warn = [this](const std::string& text) { said_.push_back(text); };
    options.fail = [this](const std::string& text) { failed_.push_back(text); };
    follower_.emplace(std::move(options));
    step();
  }
  // Until there is nothing more, a second later.
  void step() {
    now_ += kSecond;
    while (follower_->step(now_)) {
    }
  }
  // What events alone tell.
  void step_at_once() {
    while (follower_->step(now_)) {
    }
  }
  std::string text(const std::string& name) { return text_[name]; }

  fs::path folder_;
  std::optional<Follower> follower_;
  std::int64_t now_ = 0;
  std::map<std::string, std::string> text_;
  std::map<std::uint64_t, std::string> by_number_;
  std::vector<std::string> ends_;  // what each file had when it ended
  std::vector<std::string> said_;
  std::vector<std::string> failed_;
};

TEST_F(Follow, ReadsWhatIsThereAndWhatComes) {
  append("log", "one\n");
  start({"log"});
  EXPECT_EQ(text("log"), "one\n");
  append("log", "two\nth");
  step_at_once();
  EXPECT_EQ(text("log"), "one\ntwo\nth");
  append("log", "ree\n");
  step_at_once();
  EXPECT_EQ(text("log"), "one\ntwo\nthree\n");
  EXPECT_TRUE(ends_.empty());
  EXPECT_TRUE(said_.empty());
}

TEST_F(Follow, WaitsForAFileThatIsNotThere) {
  start({"log"});
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("not there yet"), std::string::npos);
  step();
  EXPECT_EQ(said_.size(), 1u);
  append("log", "one\n");
  step_at_once();
  EXPECT_EQ(text("log"), "one\n");
}

TEST_F(Follow, WaitsForAFolderThatIsNotThere) {
  start({"new/log", "new/*.txt"});
  fs::create_directories(folder_ / "new");
  append("new/log", "one\n");
  append("new/a.txt", "two\n");
  for (int i = 0; i < 10; ++i) step();
  EXPECT_EQ(text("log"), "one\n");
  EXPECT_EQ(text("a.txt"), "two\n");
  append("new/log", "more\n");
  step_at_once();
  EXPECT_EQ(text("log"), "one\nmore\n");
}

TEST_F(Follow, ReadsAFileThatWasRenamedToItsEndAndThenTheNewOne) {
  append("log", "1\n");
  start({"log"});
  append("log", "2\n");
  rename("log", "log.1");
  append("log", "4\n");
  append("log.1", "3\n");
  step_at_once();
  EXPECT_EQ(text("log"), "1\n2\n3\n4\n");
  append("log.1", "late\n");  // its writer has not been told yet
  step();
  EXPECT_EQ(by_number_[1], "1\n2\n3\nlate\n");
  now_ += 10 * kSecond;
  step();
  EXPECT_EQ(ends_, (std::vector<std::string>{"1\n2\n3\nlate\n"}));
}

TEST_F(Follow, FindsFilesThatHadTheNameOnlyBetweenTwoLooks) {
  append("log", "0\n");
  start({"log"});
  for (int i = 1; i <= 5; ++i) {
    if (fs::exists(path("log.2"))) rename("log.2", "old." + std::to_string(i));
    if (fs::exists(path("log.1"))) rename("log.1", "log.2");
    rename("log", "log.1");
    append("log", std::to_string(i) + "\n");
  }
  step_at_once();
  EXPECT_EQ(text("log"), "0\n1\n2\n3\n4\n5\n");
  EXPECT_EQ(by_number_.size(), 6u);
}

TEST_F(Follow, BeginsAgainWhenAFileIsTruncated) {
  append("log", "one\ntwo\nthr");
  start({"log"});
  fs::resize_file(path("log"), 0);
  step_at_once();
  append("log", "new\n");
  step_at_once();
  EXPECT_EQ(ends_, (std::vector<std::string>{"one\ntwo\nthr"}));
  EXPECT_EQ(by_number_[2], "new\n");
}

TEST_F(Follow, BeginsAgainWhenAFileIsLongerThanBeforeItWasTruncated) {
  append("log", "one\n");
  start({"log"});
  fs::resize_file(path("log"), 0);
  append("log", "another line\n");
  step_at_once();
  EXPECT_EQ(by_number_[1], "one\n");
  EXPECT_EQ(by_number_[2], "another line\n");
}

TEST_F(Follow, GoesOnBehindTheHoleThatATruncationLeaves) {
  const int file = ::open(path("log").c_str(), O_WRONLY | O_CREAT, 0644);  // it does not append
  ASSERT_EQ(::write(file, "one\n", 4), 4);
  start({"log"});
  fs::resize_file(path("log"), 0);
  ASSERT_EQ(::write(file, "two\n", 4), 4);
  ::close(file);
  step_at_once();
  EXPECT_EQ(text("log"), "one\ntwo\n");
}

TEST_F(Follow, TakesNewMatchesOfAPattern) {
  append("a.log", "1\n");
  append("a.txt", "no\n");
  start({"*.log"});
  append("b.log", "2\n");
  append(".hidden.log", "no\n");
  step_at_once();
  step();
  EXPECT_EQ(text("a.log"), "1\n");
  EXPECT_EQ(text("b.log"), "2\n");
  EXPECT_EQ(text_.size(), 2u);
}

TEST_F(Follow, ReadsNoFileTwiceUnderTwoNames) {
  append("log", "1\n");
  fs::create_symlink(path("log"), path("log.link"));
  start({"log*"});
  rename("log", "log.1");
  append("log", "2\n");
  step_at_once();
  now_ += 10 * kSecond;
  step();  // the old one has been finished by now
  rename("log.1", "log.2");
  rename("log", "log.1");
  append("log", "3\n");
  now_ += 10 * kSecond;
  for (int i = 0; i < 20; ++i) step();
  std::string all;
  for (const auto& [number, text] : by_number_) all += text;
  EXPECT_EQ(all, "1\n2\n3\n");
}

TEST_F(Follow, ReadsWhatWasAddedToAFileThatWasFinished) {
  append("log", "1\n");
  start({"log*"});
  rename("log", "log.1");
  append("log", "2\n");
  step();
  now_ += 10 * kSecond;
  step();
  append("log.1", "late\n");
  step();
  EXPECT_EQ(text("log.1"), "late\n");
}

TEST_F(Follow, LeavesCompressedFilesAndThoseThatAreExcluded) {
  append("log", "1\n");
  append("log.1.gz", gzip_of("0\n"));
  append("log.out", "out\n");
  start({"log*"}, {state_of(path("log.out"))->identity});
  append("log.2.gz", gzip_of("more\n"));
  append("log.out", "more\n");
  for (int i = 0; i < 20; ++i) step();
  EXPECT_EQ(text_.size(), 1u);
  EXPECT_EQ(text("log"), "1\n");
  ASSERT_EQ(said_.size(), 2u);
  EXPECT_NE(said_[0].find("compressed"), std::string::npos);
}

TEST_F(Follow, LooksForItselfWhereNobodyTells) {
  append("log", "1\n");
  start({"log", "*.txt"}, {}, false);
  EXPECT_EQ(follower_->descriptor(), -1);
  append("log", "2\n");
  rename("log", "log.1");
  append("log", "3\n");
  step();
  EXPECT_EQ(text("log"), "1\n2\n3\n");
  fs::resize_file(path("log"), 0);
  step();
  append("log", "4\n");
  append("a.txt", "5\n");
  for (int i = 0; i < 10; ++i) step();
  EXPECT_EQ(text("log"), "1\n2\n3\n4\n");
  EXPECT_EQ(text("a.txt"), "5\n");
}

TEST_F(Follow, FollowsALinkThatIsChanged) {
  append("one", "1\n");
  append("two", "2\n");
  fs::create_symlink(path("one"), path("log"));
  start({"log"});
  fs::create_symlink(path("two"), path("new"));
  rename("new", "log");
  step();
  append("two", "3\n");
  step();
  EXPECT_EQ(text("log"), "1\n2\n3\n");
}

TEST_F(Follow, FinishesWithTheLineThatHasNoEnd) {
  append("log", "1\nrest");
  start({"log"});
  append("log", " of it");
  follower_->finish(now_, true);
  EXPECT_EQ(ends_, (std::vector<std::string>{"1\nrest of it"}));
}

TEST_F(Follow, FinishesInTheMiddleOfAFileThatIsFarFromItsEnd) {
  append("log", "1\n");
  start({"log"});
  append("log", std::string(10 << 20, 'x'));
  follower_->finish(now_, true);
  EXPECT_TRUE(ends_.empty());
  EXPECT_LT(text("log").size(), 3u << 20);
}

TEST_F(Follow, TellsOnceOfAFileThatCannotBeOpened) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is closed to root";
  append("log", "1\n");
  fs::permissions(path("log"), fs::perms::none);
  start({"log"});
  step();
  ASSERT_EQ(failed_.size(), 1u);
  EXPECT_NE(failed_[0].find("cannot open '" + path("log")), std::string::npos);
  fs::permissions(path("log"), fs::perms::owner_read);
  step();
  EXPECT_EQ(text("log"), "1\n");
}

TEST_F(Follow, WarnsOfWhatIsNoFile) {
  ASSERT_EQ(::mkfifo(path("log").c_str(), 0600), 0);
  start({"log"});
  step();
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("no file"), std::string::npos);
}

TEST_F(Follow, TellsAFileFromTheNextOneWithItsInode) {
  append("log", "1\n");
  start({"log*"});
  for (int i = 2; i < 10; ++i) {  // file systems use an inode again at once, or not at all
    fs::remove(path("log"));
    now_ += 10 * kSecond;
    step();
    append("log", std::to_string(i) + "\n");
    step();
  }
  EXPECT_EQ(text("log"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
}

}  // namespace
}  // namespace weir::host
