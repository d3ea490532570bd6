#include "aggregate/shard.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace weir::aggregate {

RuleCounters& RuleCounters::operator+=(const RuleCounters& other) noexcept {
  taken += other.taken;
  out += other.out;
  aggregated += other.aggregated;
  for (std::size_t i = 0; i < reasons; ++i) closed[i] += other.closed[i];
  open_groups += other.open_groups;
  open_events += other.open_events;
  return *this;
}

Shard::Table& Shard::table(const Plan& plan) {
  const std::uint32_t index = plan.rule->table();
  if (index >= tables_.size()) tables_.resize(index + 1);
  if (tables_[index] == nullptr) {
    tables_[index] = std::make_unique<Table>();
    tables_[index]->rule = plan.rule;
  }
  return *tables_[index];
}

void Shard::reserve(const Chunk& chunk, std::span<const Item> items, Need& need) {
  need = {};
  for (const Item& item : items) table(chunk.plans[item.plan]);
  for (const Item& item : items) {
    const Plan& plan = chunk.plans[item.plan];
    Table& mine = table(item, chunk);
    // The look-ups of apply() come soon: their misses overlap from here on.
    mine.slots.prefetch(item.tag());
    ++mine.asked;
    need.buckets += BlockArena::rounded(plan.rule->key_offset() + item.key_size);
    need.lists += list_room(plan, chunk.row(item.event));
  }
  try {
    buckets_.reserve(reserved_.buckets + need.buckets);
    lists_.reserve(reserved_.lists + need.lists);
    for (const Item& item : items) {
      Table& mine = table(item, chunk);
      const std::size_t room = mine.announced + mine.asked;
      mine.slots.reserve(mine.slots.size() + room);
      mine.log.reserve(room, mine.slots.size(), [&](const auto& entry) { return live(entry); });
    }
  } catch (...) {
    for (const Item& item : items) table(item, chunk).asked = 0;
    throw;
  }
  for (const Item& item : items) {
    Table& mine = table(item, chunk);
    mine.announced += mine.asked;
    mine.asked = 0;
  }
  reserved_.buckets += need.buckets;
  reserved_.lists += need.lists;
}

void Shard::release(const Chunk& chunk, std::span<const Item> items, const Need& need) noexcept {
  for (const Item& item : items) --table(item, chunk).announced;
  reserved_.buckets -= need.buckets;
  reserved_.lists -= need.lists;
}

void Shard::apply(Chunk& chunk, std::span<const Item> items, const Need& need) noexcept {
  for (const Item& item : items)
    if (const auto ref = table(item, chunk).slots.guess(item.tag()); ref != BlockArena::null) {
      const std::byte* const bucket = buckets_.at(ref);
      const std::size_t size = chunk.plans[item.plan].rule->key_offset() + item.key_size;
      for (std::size_t at = 0; at < size; at += 64) __builtin_prefetch(bucket + at, 1);
    }
  for (const Item& item : items) {
    const Plan& plan = chunk.plans[item.plan];
    if (plan.unique.empty()) continue;
    if (const auto ref = table(item, chunk).slots.guess(item.tag()); ref != BlockArena::null)
      prefetch_lists(*buckets_.as<Bucket>(ref), plan, chunk.row(item.event), lists_);
  }
  for (const Item& item : items) apply_one(item, chunk);
  release(chunk, items, need);
}

BlockArena::Ref Shard::find(const Table& table, const Item& item) const noexcept {
  return table.slots.find(item.tag(), [&](BlockArena::Ref ref) {
    const auto* bucket = buckets_.as<Bucket>(ref);
    return bucket->key_size == item.key_size &&
           std::memcmp(bucket->key(*table.rule).data(), item.key, item.key_size) == 0;
  });
}

void Shard::apply_one(const Item& item, Chunk& chunk) noexcept {
  const Plan& plan = chunk.plans[item.plan];
  Table& mine = table(item, chunk);
  // Another thread, whose clock was ahead, may have opened a bucket here before.
  const Time line = std::max(chunk.line[item.event], mine.last_opened);
  const std::uint32_t threshold = plan.rule->settings().threshold;
  BlockArena::Ref ref = find(mine, item);
  if (ref != BlockArena::null) {
    const auto* bucket = buckets_.as<Bucket>(ref);
    if (bucket->deadline <= line) {
      const std::uint32_t position = std::min(chunk.first_at(bucket->deadline), item.event);
      const Time due = bucket->deadline + chunk.closing.shift;
      if (close(mine, ref, Reason::lifetime, position, due.millis(), chunk.closing))
        ref = BlockArena::null;
    } else if (bucket->count >= threshold) {  // found no memory when it was to close
      if (close(mine, ref, Reason::count, item.event, (line + chunk.closing.shift).millis(),
                chunk.closing))
        ref = BlockArena::null;
    }
  }
  if (ref == BlockArena::null) ref = open(mine, item, chunk, line);

  auto& bucket = *buckets_.as<Bucket>(ref);
  const Value* const row = chunk.row(item.event);
  const std::int64_t now = (line + chunk.closing.shift).millis();
  const Value& timestamp = row[plan.timestamp];
  accumulate(bucket, plan, row, timestamp.present() ? timestamp.integer() : now, {}, lists_,
             chunk.shortfalls);
  ++mine.counters.taken;
  ++mine.counters.open_events;
  if (bucket.count >= threshold) close(mine, ref, Reason::count, item.event, now, chunk.closing);
}

BlockArena::Ref Shard::open(Table& table, const Item& item, Chunk& chunk, Time line) noexcept {
  const Rule& rule = *table.rule;
  const BlockArena::Ref ref = buckets_.take(rule.key_offset() + item.key_size);
  auto& bucket = *buckets_.as<Bucket>(ref);
  const std::uint32_t generation = bucket.generation;
  std::memset(static_cast<void*>(&bucket), 0, rule.key_offset());
  std::memcpy(bucket.at<char>(rule.key_offset()), item.key, item.key_size);
  bucket.generation = generation;
  bucket.key_size = item.key_size;
  bucket.hash = item.tag();
  bucket.deadline = line + rule.settings().lifetime;
  bucket.opened = line + chunk.closing.shift;
  bucket.ordinal = chunk.first_ordinal + item.event;
  bucket.start = std::numeric_limits<std::int64_t>::max();
  bucket.end = std::numeric_limits<std::int64_t>::min();
  table.slots.insert(item.tag(), ref);
  table.log.push({bucket.deadline, bucket.ordinal, ref, generation});
  ++table.counters.open_groups;
  table.last_opened = line;
  return ref;
}

bool Shard::close(Table& table, BlockArena::Ref ref, Reason reason, std::uint32_t position,
                  std::int64_t timestamp, const Closing& closing) noexcept {
  const auto& bucket = *buckets_.as<Bucket>(ref);
  const std::uint32_t count = bucket.count;
  // The caller has made room for as many as it can hand on.
  if (closing.closed->size() == closing.closed->capacity()) return false;
  try {
    const auto fields = make_event(bucket, *table.rule, reason, timestamp, closing.instance, lists_,
                                   *closing.memory);
    closing.closed->push_back(
        {table.rule.get(), fields, bucket.deadline, bucket.ordinal, position, count, reason});
  } catch (const std::bad_alloc&) {
    return false;
  }
  RuleCounters& counters = table.counters;
  ++counters.aggregated;
  ++counters.closed[static_cast<std::size_t>(reason)];
  counters.out += count;
  erase(table, ref);
  return true;
}

void Shard::erase(Table& table, BlockArena::Ref ref) noexcept {
  auto& bucket = *buckets_.as<Bucket>(ref);
  --table.counters.open_groups;
  table.counters.open_events -= bucket.count;
  table.slots.erase(bucket.hash, ref);
  clear_lists(bucket, *table.rule, lists_);
  ++bucket.generation;
  buckets_.give(ref, table.rule->key_offset() + bucket.key_size);
}

void Shard::expire(Chunk& chunk) noexcept {
  const Time now = chunk.line.back();
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    CreationLog& log = table->log;
    for (; !log.empty() && log.front().deadline <= now; log.pop()) {
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
  const std::size_t due = log.count_until(horizon.line, ~std::uint64_t{0});
  return horizon.ordinal == ~std::uint64_t{0}
             ? due
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
  constexpr std::size_t ahead = 8;  // enough to hide a miss behind making an event
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    CreationLog& log = table->log;
    std::size_t left =
        std::min(log.count_until(until.deadline, until.ordinal), count_within(log, horizon));
    for (; left > 0; --left, log.pop()) {
      if (log.size() > ahead) __builtin_prefetch(buckets_.at(log[ahead].bucket));
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

void Shard::collect(const Rule& rule, std::int64_t timestamp, const Closing& closing) const {
  if (rule.table() >= tables_.size() || tables_[rule.table()] == nullptr) return;
  const CreationLog& log = tables_[rule.table()]->log;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (!live(log[i])) continue;
    const auto& bucket = *buckets_.as<Bucket>(log[i].bucket);
    const auto fields = make_event(bucket, rule, Reason::reload, timestamp, closing.instance,
                                   lists_, *closing.memory);
    closing.closed->push_back(
        {&rule, fields, bucket.deadline, bucket.ordinal, 0, bucket.count, Reason::reload});
  }
}

void Shard::remove(const Rule& rule) noexcept {
  if (rule.table() >= tables_.size() || tables_[rule.table()] == nullptr) return;
  Table& table = *tables_[rule.table()];
  for (; !table.log.empty(); table.log.pop())
    if (live(table.log.front())) erase(table, table.log.front().bucket);
  tables_[rule.table()].reset();
}

void Shard::add_counters(std::uint32_t table, RuleCounters& counters) const noexcept {
  if (table < tables_.size() && tables_[table] != nullptr) counters += tables_[table]->counters;
}

std::size_t Shard::bytes() const noexcept {
  std::size_t bytes = buckets_.used() + lists_.used();
  for (const auto& table : tables_)
    if (table != nullptr) bytes += table->slots.bytes() + table->log.bytes();
  return bytes;
}

}  // namespace weir::aggregate
