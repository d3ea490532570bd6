// Sums, statistics and other fields of a bucket in a snapshot.
//
// Those that load throw Failure(invalid_snapshot) or bad_alloc; then the bucket has what was loaded
// until there, and clear_lists() gives it back.
#pragma once

#include <vector>

#include "aggregate/bucket.h"
#include "aggregate/list_room.h"
#include "aggregate/other_fields.h"
#include "aggregate/rule.h"
#include "event/state.h"

namespace weir::aggregate {

// What is copied meanwhile lies in `memory`. Throws bad_alloc.
void save_sum(const Bucket& bucket, const Sum& sum, const BlockArena& lists, StateWriter& out,
              Bump& memory);
void load_sum(Bucket& bucket, const Sum& sum, const ListRoom& lists, StateReader& in, Bump& memory);

void save_statistic(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
                    StateWriter& out, Bump& memory);
// rule: of the statistic.
void load_statistic(Bucket& bucket, const StatisticPlace& place, const Rule& rule,
                    const ListRoom& lists, StateReader& in, Bump& memory);

void save_others(const Bucket& bucket, const Rule& rule, const BlockArena& lists, StateWriter& out,
                 Bump& memory);

// Reads other fields into bucket after bucket of one rule.
class OthersLoader {
 public:
  explicit OthersLoader(const Rule& rule);
  void load(Bucket& bucket, const ListRoom& lists, StateReader& in, Bump& memory);

 private:
  void add(Bucket& bucket, const ListRoom& lists);

  const Rule& rule_;
  std::vector<Slot> slots_;  // of a row that has the other fields only, in their order
  std::vector<Value> row_;
};

}  // namespace weir::aggregate
