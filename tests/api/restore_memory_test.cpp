// Restoring when memory ends: at each allocation in turn, and nothing has changed. A program of its
// own, because its operator new fails when it is told to.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "snapshots.h"

namespace {

// Of this thread; so many allocations are good, then all fail. Negative: none fails.
thread_local long allocations_left = -1;

void* allocate(std::size_t size, std::size_t alignment) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* const taken =
      alignment > alignof(std::max_align_t)
          ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
          : std::malloc(size == 0 ? 1 : size);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 1); }
void* operator new[](std::size_t size) { return allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* taken) noexcept { std::free(taken); }
void operator delete[](void* taken) noexcept { std::free(taken); }
void operator delete(void* taken, std::size_t) noexcept { std::free(taken); }
void operator delete[](void* taken, std::size_t) noexcept { std::free(taken); }
void operator delete(void* taken, std::align_val_t) noexcept { std::free(taken); }
void operator delete[](void* taken, std::align_val_t) noexcept { std::free(taken); }
void operator delete(void* taken, std::size_t, std::align_val_t) noexcept { std::free(taken); }
void operator delete[](void* taken, std::size_t, std::align_val_t) noexcept { std::free(taken); }

namespace {

using namespace host;

TEST(RestoreMemory, NothingChangesWhereverItEnds) {
  const std::string kept =
      "aggregation:\n  - {name: kept, identical_fields: [SourceAddress], unique_fields: "
      "[DeviceAction], other_fields: last, filter: \"Name = 'kept'\"}\n";
  Engine first(kept + "  - {name: gone, identical_fields: [SourceAddress], single: pass}\n");
  Sink sink;
  Events events;
  for (int i = 0; i < 40; ++i)
    events.add({{"SourceAddress", text("10.0.0." + std::to_string(i % 20))},
                {"DeviceAction", text("action " + std::to_string(i))},
                {"Name", text(i % 2 == 0 ? "kept" : "other")}});
  ASSERT_EQ(first.feed(events, start, sink), WEIR_OK) << first.message();
  sink.answer = [](const weir_output&) { return std::int32_t{WEIR_STOP}; };
  ASSERT_EQ(first.feed_lines("{\"a\":1}\nnone\n{\"b\":1}\n", start, sink), WEIR_STOPPED);
  const std::string bytes = snapshot(first);

  Engine engine(kept);
  const auto before = counters(engine.stats());
  long failed = 0;
  for (std::int32_t status = WEIR_NO_MEMORY; status != WEIR_OK; ++failed) {
    allocations_left = failed;
    status = restore(engine, bytes);
    allocations_left = -1;
    if (status == WEIR_OK) break;
    ASSERT_EQ(status, WEIR_NO_MEMORY) << failed << ": " << engine.message();
    ASSERT_EQ(counters(engine.stats()), before) << failed;
    ASSERT_EQ(engine.stats().open_bytes, 0U) << failed;
  }
  EXPECT_GT(failed, 100);
  EXPECT_EQ(engine.stats().events_in, first.stats().events_in);
  EXPECT_EQ(engine.rule_stats(0).open_groups, first.rule_stats(0).open_groups);
  EXPECT_EQ(engine.stats().closed_reload, first.rule_stats(1).open_groups);
  EXPECT_TRUE(conserves(engine));
}

// Likewise when a snapshot is taken: there is none, and the engine goes on.
TEST(RestoreMemory, ASnapshotIsWholeOrNone) {
  Engine engine(rule(100));
  Sink sink;
  Events events{{{"SourceAddress", text("10.0.0.1")}}};
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK);
  const std::string expected = snapshot(engine);
  std::string bytes;
  bytes.reserve(1 << 20);
  for (long left = 0;; ++left) {
    bytes.clear();
    allocations_left = left;
    const std::int32_t status = weir_snapshot(engine, append_bytes, &bytes, &engine.error);
    allocations_left = -1;
    if (status == WEIR_OK) break;
    ASSERT_EQ(status, WEIR_NO_MEMORY) << left;
    ASSERT_EQ(bytes, "") << left;
  }
  EXPECT_EQ(bytes, expected);
}

}  // namespace
