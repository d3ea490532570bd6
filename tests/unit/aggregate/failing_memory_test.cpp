// Accumulating when memory runs out: reserving fails and changes nothing, and what has been
// reserved suffices; a bucket that cannot become an event is as it was.

#include <gtest/gtest.h>

#include <new>
#include <string>

#include "../engine/failing_memory.h"
#include "one_bucket.h"

namespace weir::aggregate {
namespace {

Settings everything() {
  Settings settings = rule_by({"SourceUserName", "SA.key"});
  settings.unique = ids({"DeviceAction", "SourcePort"});
  settings.unique_mode = UniqueMode::dedup;
  settings.sum = ids({"BytesIn", "DeviceCustomString1"});
  settings.sum_strings = SumStrings::join;
  settings.other_fields = OtherFields::last;
  settings.output_reason = true;
  for (const auto& [function, into] :
       {std::pair{Function::first, "S.first"}, std::pair{Function::last, "S.last"},
        std::pair{Function::distinct, "N.distinct"}})
    settings.statistics.push_back({field_id("DeviceAction"), function, field_id(into)});
  return settings;
}

void feed_everything(OneBucket& bucket, std::size_t i) {
  const std::string action(1 + i * 37 % 600, 'a');
  const TextRef tags[] = {{"tag", 3}};
  bucket.feed({{"SourceUserName", text("u")},
               {"SA.key", Value::array(Kind::text_array, tags, 1)},
               {"DeviceAction", text(action)},
               {"SourcePort", number(static_cast<std::int64_t>(i))},
               {"BytesIn", number(static_cast<std::int64_t>(i))},
               {"DeviceCustomString1", text(action)},
               {"DeviceVendor", text(action)}});
}

// One event after another with every allocation failing in its turn: OneBucket reserves, then
// accumulates what must then fit.
TEST(FailingMemory, ChangesNothingWhileAnEventIsReservedFor) {
  OneBucket bucket(everything()), unharmed(everything());
  std::uint64_t failures = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    feed_everything(unharmed, i);
    for (std::uint64_t first = 1;; ++first) {
      bool failed = false;
      fail_allocations(first);
      try {
        feed_everything(bucket, i);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      allow_allocations();
      if (!failed) break;
      ++failures;
    }
  }
  EXPECT_GT(failures, 200U);
  EXPECT_EQ(bucket.members(), unharmed.members());
  EXPECT_EQ(bucket.list_bytes(), unharmed.list_bytes());
}

TEST(FailingMemory, LeavesABucketThatCannotBecomeAnEventAsItWas) {
  OneBucket bucket(everything());
  for (std::size_t i = 0; i < 100; ++i) feed_everything(bucket, i);
  const Members before = bucket.members();
  const std::size_t bytes = bucket.list_bytes();
  std::uint64_t failures = 0;
  for (std::uint64_t first = 1;; ++first) {
    bool failed = false;
    fail_allocations(first);
    try {
      bucket.members();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    allow_allocations();
    if (!failed) break;
    ++failures;
  }
  EXPECT_GT(failures, 2U);
  EXPECT_EQ(bucket.members(), before);
  EXPECT_EQ(bucket.list_bytes(), bytes);
}

}  // namespace
}  // namespace weir::aggregate
