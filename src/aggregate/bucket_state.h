// Buckets in a snapshot, byte for byte as docs/snapshot-format.md says: neither field ids nor
// hashes nor places in memory, so that any process can go on with them.
#pragma once

#include <cstdint>
#include <string_view>

#include "aggregate/accumulator_state.h"
#include "aggregate/bucket.h"
#include "aggregate/list_room.h"
#include "aggregate/rule.h"
#include "aggregate/shard.h"
#include "base/bump.h"
#include "event/state.h"

namespace weir::aggregate {

// What is copied meanwhile lies in `memory`. Throws bad_alloc.
void save_bucket(const Bucket& bucket, const Rule& rule, const BlockArena& lists, StateWriter& out,
                 Bump& memory);

// Where a bucket goes, and what every bucket has.
struct BucketHead {
  std::string_view key;  // borrowed
  Time deadline;
  Time opened;
  std::uint64_t ordinal;
  std::uint32_t count;
  std::int64_t start;
  std::int64_t end;
};

// Reads the buckets of one rule, one after another: of each its head, then the rest into the place
// that it was given. Throws Failure(invalid_snapshot) or bad_alloc.
class BucketLoader {
 public:
  // The fewest bytes that a bucket takes.
  static constexpr std::size_t least = 2 * sizeof(std::uint32_t) + 5 * sizeof(std::uint64_t);

  // Buckets that opened after the horizon's line, or with its event or a later one, are refused.
  BucketLoader(const Rule& rule, const Horizon& horizon, StateReader& in)
      : rule_(rule), horizon_(horizon), in_(in), others_(rule) {}

  BucketHead head();
  // The line when the bucket opened.
  Time line(const BucketHead& head) const noexcept {
    return head.deadline - rule_.settings().lifetime;
  }
  // If it throws, the bucket has what was loaded until there. REQUIRES: its accumulators are zero,
  // its count is set.
  void fill(Bucket& bucket, const ListRoom& lists);

 private:
  void check(const BucketHead& head) const;
  void load_lone(Bucket& bucket, const ListRoom& lists);

  const Rule& rule_;
  const Horizon horizon_;
  StateReader& in_;
  OthersLoader others_;
  Bump memory_;
  Due last_{{}, 0};
};

}  // namespace weir::aggregate
