// Buckets of a snapshot.

#include "aggregate/bucket_state.h"
#include "aggregate/shard.h"

namespace weir::aggregate {

void Shard::set_counters(const std::shared_ptr<const Rule>& rule, const RuleCounters& counters) {
  RuleCounters& mine = table(rule).counters;
  mine = counters;
  mine.open_groups = mine.open_events = mine.open_bytes = 0;
  mine.oldest_opened = {};
}

void Shard::load(const std::shared_ptr<const Rule>& rule, const Item& item, const BucketHead& head,
                 BucketLoader& loader) {
  Table& mine = table(rule);
  reserve_table(mine, 1);
  buckets_.reserve(reserved_.buckets + BlockArena::rounded(rule->key_offset() + item.key_size));
  if (find(mine, item) != BlockArena::null) StateReader::refuse("a rule has a key twice");
  // From here on the bucket is one like others, whatever of it can be loaded.
  const std::size_t before = blocks();
  const BlockArena::Ref ref = insert(mine, item, head.deadline, head.opened, head.ordinal);
  auto& bucket = *buckets_.as<Bucket>(ref);
  bucket.count = head.count;
  bucket.start = head.start;
  bucket.end = head.end;
  mine.counters.open_events += head.count;
  mine.last_opened = std::max(mine.last_opened, loader.line(head));
  const auto note = [&] { mine.counters.open_bytes += blocks() - before; };
  try {
    loader.fill(bucket, {lists_, reserved_.lists});
  } catch (...) {
    note();
    throw;
  }
  note();
}

Time Shard::oldest_opened(const Rule& rule) noexcept {
  Table* const table = find_table(rule.table());
  if (table == nullptr) return {};
  drop_stale_front(*table);
  if (table->log.empty()) return {};
  return buckets_.as<Bucket>(table->log.front().bucket)->opened;
}

}  // namespace weir::aggregate
