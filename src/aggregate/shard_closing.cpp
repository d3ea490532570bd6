// Closing buckets.

#include <algorithm>
#include <new>

#include "aggregate/shard.h"

namespace weir::aggregate {

bool Shard::close(Table& table, BlockArena::Ref ref, Reason reason, std::uint32_t position,
                  std::int64_t timestamp, const Closing& closing) noexcept {
  const auto& bucket = *buckets_.as<Bucket>(ref);
  // The caller has made room for as many as it can hand on.
  if (closing.closed->size() == closing.closed->capacity()) return false;
  try {
    closing.closed->push_back(
        make_closed(*table.rule, bucket, reason, position, timestamp, closing));
  } catch (const std::bad_alloc&) {
    return false;
  }
  RuleCounters& counters = table.counters;
  ++counters.closed[static_cast<std::size_t>(reason)];
  if (closing.closed->back().lone != nullptr) {
    ++counters.lone;
  } else {
    ++counters.aggregated;
    counters.out += bucket.count;
  }
  erase(table, ref);
  return true;
}

Closed Shard::make_closed(const Rule& rule, const Bucket& bucket, Reason reason,
                          std::uint32_t position, std::int64_t timestamp,
                          const Closing& closing) const {
  Closed closed{&rule,
                {},
                bucket.deadline,
                bucket.ordinal,
                position,
                bucket.count,
                closing.ranks[rule.table()],
                reason};
  Bump& memory = *closing.memory;
  if (bucket.count == 1 && rule.passes_lone()) {
    const auto kept = *bucket.at<BlockArena::Ref>(rule.lone_offset());
    closed.lone = new (memory.take(sizeof(FedEvent))) FedEvent(copy_kept(kept, lists_, memory));
  } else {
    closed.fields = make_event(bucket, rule, reason, timestamp, closing.instance, lists_, memory);
  }
  return closed;
}

void Shard::drop_lone(Bucket& bucket, const Rule& rule) noexcept {
  if (!rule.passes_lone()) return;
  auto& kept = *bucket.at<BlockArena::Ref>(rule.lone_offset());
  if (kept != BlockArena::null) drop_kept(kept, lists_);
  kept = BlockArena::null;
}

void Shard::erase(Table& table, BlockArena::Ref ref) noexcept {
  auto& bucket = *buckets_.as<Bucket>(ref);
  const std::size_t before = blocks();
  ++erased_;
  --groups_;
  --table.counters.open_groups;
  table.counters.open_events -= bucket.count;
  table.slots.erase(bucket.hash, ref);
  drop_lone(bucket, *table.rule);
  clear_lists(bucket, *table.rule, lists_);
  ++bucket.generation;
  buckets_.give(ref, table.rule->key_offset() + bucket.key_size);
  table.counters.open_bytes -= before - blocks();
}

// Loads what closing the buckets at the front of the log will read: first the bucket, some entries
// later the slot that leads to it, which the bucket names.
namespace {
constexpr std::size_t slot_ahead = 8, bucket_ahead = 16;
constexpr std::size_t fetched = 192;  // bytes of a bucket: header, accumulators and a short key
}  // namespace

void Shard::prefetch_slot(const Table& table, const CreationLog::Entry& entry) const noexcept {
  table.slots.prefetch(buckets_.as<Bucket>(entry.bucket)->hash);
}

void Shard::prefetch_first(const Table& table, std::size_t count) const noexcept {
  for (std::size_t i = 0; i < std::min(count, bucket_ahead); ++i)
    prefetch_bucket(table.log[i].bucket, fetched);
  for (std::size_t i = 0; i < std::min(count, slot_ahead); ++i) prefetch_slot(table, table.log[i]);
}

void Shard::prefetch_next(const Table& table) const noexcept {
  const CreationLog& log = table.log;
  if (log.size() > bucket_ahead) prefetch_bucket(log[bucket_ahead].bucket, fetched);
  if (log.size() > slot_ahead) prefetch_slot(table, log[slot_ahead]);
}

void Shard::expire(Chunk& chunk) noexcept {
  const Time now = chunk.last_line();
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    CreationLog& log = table->log;
    for (; !log.empty() && log.front().deadline <= now; log.pop()) {
      prefetch_next(*table);
      const CreationLog::Entry& entry = log.front();
      if (!live(entry)) continue;
      const Time due = entry.deadline + chunk.closing.shift;
      if (!close(*table, entry.bucket, Reason::lifetime, chunk.first_at(entry.deadline),
                 due.millis(), chunk.closing))
        return;
    }
  }
}

Time Shard::next_due() const noexcept {
  Time earliest = never;
  for (const auto& table : tables_)
    if (table != nullptr && !table->log.empty())
      earliest = std::min(earliest, table->log.front().deadline);
  return earliest;
}

std::size_t Shard::count_within(const CreationLog& log, const Horizon& horizon) noexcept {
  const std::size_t due = log.count_until(horizon.line, no_ordinal);
  return horizon.ordinal == no_ordinal ? due
                                       : std::min(due, log.count_opened_before(horizon.ordinal));
}

std::size_t Shard::count_due(Time line) const noexcept {
  std::size_t count = 0;
  for (const auto& table : tables_)
    if (table != nullptr) count += count_within(table->log, {line});
  return count;
}

void Shard::sample_due(const Horizon& horizon, std::size_t deepest,
                       std::vector<Sample>& samples) const {
  for (const auto& table : tables_) {
    const std::size_t due = table == nullptr ? 0 : count_within(table->log, horizon);
    std::size_t before = 0;
    for (std::size_t depth = 1; before < due && before < deepest; depth *= 2) {
      const std::size_t at = std::min(depth, due);
      const CreationLog::Entry& entry = table->log[at - 1];
      samples.push_back({{entry.deadline, entry.ordinal}, at - before});
      before = at;
    }
  }
}

bool Shard::close_until(const Due& until, const Horizon& horizon, Reason reason,
                        const std::int64_t* timestamp, const Closing& closing) noexcept {
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    CreationLog& log = table->log;
    std::size_t left =
        std::min(log.count_until(until.deadline, until.ordinal), count_within(log, horizon));
    prefetch_first(*table, left);
    for (; left > 0; --left, log.pop()) {
      prefetch_next(*table);
      const CreationLog::Entry& entry = log.front();
      if (!live(entry)) continue;
      const Time due = entry.deadline + closing.shift;
      if (!close(*table, entry.bucket, reason, 0, timestamp != nullptr ? *timestamp : due.millis(),
                 closing))
        return false;
    }
  }
  return true;
}

void Shard::drop_stale_front(Table& table) noexcept {
  while (!table.log.empty() && !live(table.log.front())) table.log.pop();
}

Opening Shard::oldest(Table& table, std::span<const std::uint32_t> ranks) noexcept {
  drop_stale_front(table);
  return table.log.empty() ? Opening{}
                           : Opening{table.log.front().ordinal, ranks[table.rule->table()]};
}

Shard::Table* Shard::oldest_table(const Rule* rule, std::span<const std::uint32_t> ranks) noexcept {
  Table* found = nullptr;
  Opening first;
  for (const auto& table : tables_) {
    if (table == nullptr || (rule != nullptr && table->rule.get() != rule)) continue;
    const Opening opening = oldest(*table, ranks);
    if (opening.none() || (found != nullptr && first < opening)) continue;
    found = table.get();
    first = opening;
  }
  return found;
}

Opening Shard::oldest(const Rule* rule, std::span<const std::uint32_t> ranks) noexcept {
  Table* const table = oldest_table(rule, ranks);
  return table == nullptr ? Opening{} : oldest(*table, ranks);
}

Shard::Evicted Shard::evict_oldest(const Rule* rule, std::int64_t timestamp,
                                   const Closing& closing) noexcept {
  Table* const table = oldest_table(rule, closing.ranks);
  if (table == nullptr) return Evicted::none;
  return close(*table, table->log.front().bucket, Reason::evicted, 0, timestamp, closing)
             ? Evicted::closed
             : Evicted::no_memory;
}

void Shard::collect(const Rule& rule, std::int64_t timestamp, const Closing& closing) const {
  const Table* const table = find_table(rule.table());
  if (table == nullptr) return;
  const CreationLog& log = table->log;
  for (std::size_t i = 0; i < log.size(); ++i)
    if (live(log[i]))
      closing.closed->push_back(make_closed(rule, *buckets_.as<Bucket>(log[i].bucket),
                                            Reason::reload, 0, timestamp, closing));
}

void Shard::remove(const Rule& rule) noexcept {
  Table* const table = find_table(rule.table());
  if (table == nullptr) return;
  for (; !table->log.empty(); table->log.pop())
    if (live(table->log.front())) erase(*table, table->log.front().bucket);
  table_bytes_ -= table->own_bytes();
  tables_[rule.table()].reset();
}

void Shard::add_counters(std::uint32_t index, RuleCounters& counters) const noexcept {
  const Table* const table = find_table(index);
  if (table == nullptr) return;
  counters += table->counters;
  counters.open_bytes += table->own_bytes();
}

Use Shard::use(const Rule& rule) const noexcept {
  RuleCounters counters;
  add_counters(rule.table(), counters);
  return {counters.open_groups, counters.open_bytes};
}

}  // namespace weir::aggregate
