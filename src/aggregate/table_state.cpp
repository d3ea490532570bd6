// The open buckets of a rule in a snapshot.

#include "aggregate/group_table.h"
#include "base/error.h"

namespace weir::aggregate {

void GroupTable::save(const Rule& /*rule*/, StateWriter& /*out*/) {
  throw Failure(Status::not_supported, "buckets cannot be saved yet");
}

void GroupTable::load(const std::shared_ptr<const Rule>& /*rule*/, const RuleCounters& /*counters*/,
                      StateReader& /*in*/) {
  throw Failure(Status::not_supported, "buckets cannot be loaded yet");
}

}  // namespace weir::aggregate
