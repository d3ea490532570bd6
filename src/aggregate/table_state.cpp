// The open buckets of a rule in a snapshot.

#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "aggregate/bucket_state.h"
#include "aggregate/group_table.h"
#include "aggregate/key_hash.h"
#include "aggregate/shard_state.h"

namespace weir::aggregate {

void GroupTable::save(const Rule& rule, StateWriter& out) {
  std::array<Shards::accessor, shards> locks;
  std::vector<Shard::Walk> walks;
  walks.reserve(shards);
  // The shards' next buckets, the first of all on top.
  using Next = std::pair<Due, std::size_t>;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
  for (std::size_t i = 0; i < shards; ++i) {
    shards_.find(locks[i], static_cast<std::uint32_t>(i));
    if (!walks.emplace_back(locks[i]->second, rule).done()) next.emplace(walks[i].due(), i);
  }
  const std::size_t count_at = out.reserve<std::uint64_t>();
  std::uint64_t count = 0;
  Bump memory;
  for (; !next.empty(); ++count) {
    const std::size_t i = next.top().second;
    next.pop();
    save_bucket(walks[i].bucket(), rule, walks[i].lists(), out, memory);
    walks[i].next();
    if (!walks[i].done()) next.emplace(walks[i].due(), i);
  }
  out.put(count_at, count);
}

void GroupTable::load(const std::shared_ptr<const Rule>& rule, const RuleCounters& counters,
                      StateReader& in, const Horizon& horizon) {
  std::array<Shards::accessor, shards> locks;
  for (std::size_t i = 0; i < shards; ++i) shards_.find(locks[i], static_cast<std::uint32_t>(i));
  locks.front()->second.set_counters(rule, counters);
  BucketLoader loader(*rule, horizon, in);
  const std::uint64_t count = in.count(BucketLoader::least);
  for (std::uint64_t i = 0; i < count; ++i) {
    const BucketHead head = loader.head();
    const Item item{hash_of_key(head.key, rule->seed()), head.key.data(),
                    static_cast<std::uint32_t>(head.key.size()), 0, 0};
    locks[item.shard()]->second.load(rule, item, head, loader);
  }
  for (std::size_t i = 0; i < shards; ++i) note(i, locks[i]->second);
}

}  // namespace weir::aggregate
