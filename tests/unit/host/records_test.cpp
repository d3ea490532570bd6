#include "input/records.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::host {
namespace {

TEST(Records, HoldTheMembersOfEachMessageApart) {
  Records records;
  records.begin({"one", 1, 0}, 7);
  records.add("a", "x");
  records.add_integer("n", -5);
  records.begin({"two", 2, 0}, 8);
  records.begin({"three", 3, 0}, 9);
  records.add_bool("b", true);
  const auto all = records.all();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].member_count, 2u);
  EXPECT_EQ(std::string(all[0].members[1].key, all[0].members[1].key_size), "n");
  EXPECT_EQ(all[1].member_count, 0u);
  EXPECT_EQ(all[2].member_count, 1u);
  EXPECT_EQ(all[2].preset, 9u);
  EXPECT_EQ(all[2].line, 3u);
}

TEST(Records, ForgetTheMembersOfARejectedMessageAndSayWhereItIsWrong) {
  Records records;
  records.begin({"да, no", 1, 0}, 0);
  records.add("a", "x");
  records.reject("no comma may stand here", 4);
  records.begin({"two", 2, 0}, 0);
  records.add("a", "y");
  records.drop();
  const auto all = records.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].member_count, 0u);
  EXPECT_EQ(std::string(all[0].problem.data, all[0].problem.size),
            "no comma may stand here, column 3");
}

TEST(Records, TakeOneMemberMoreThanMayBeAndNoOther) {
  Records records;
  for (int message = 0; message < 2; ++message) {
    records.begin({"many", 1, 0}, 0);
    for (int i = 0; i < 100'000; ++i) records.add("k", "v");
  }
  EXPECT_EQ(records.all()[0].member_count, WEIR_MAX_FIELDS + 1u);
  EXPECT_EQ(records.all()[1].member_count, WEIR_MAX_FIELDS + 1u);
}

}  // namespace
}  // namespace weir::host
