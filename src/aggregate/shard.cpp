// Opening and filling buckets.

#include "aggregate/shard.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"

namespace weir::aggregate {

namespace {

// How many events ahead buckets are fetched: enough to hide a miss of memory behind the others.
constexpr std::size_t ahead = 16;
// And their lists, when the buckets are there.
constexpr std::size_t lists_ahead = 8;

// Calls f(run) for the runs of items of one plan, in order.
template <class F>
void each_run(std::span<const Item> items, F&& f) {
  while (!items.empty()) {
    std::size_t size = 1;
    while (size < items.size() && items[size].plan == items.front().plan) ++size;
    f(items.first(size));
    items = items.subspan(size);
  }
}
// And for those of all rounds.
template <class F>
void each_run(const Chunk& chunk, std::size_t shard, F&& f) {
  for (std::size_t round = 0; round < chunk.starts.size(); ++round)
    each_run(chunk.of_shard(round, shard), f);
}

}  // namespace

RuleCounters& RuleCounters::operator+=(const RuleCounters& other) noexcept {
  taken += other.taken;
  out += other.out;
  lone += other.lone;
  refused += other.refused;
  aggregated += other.aggregated;
  for (std::size_t i = 0; i < reasons; ++i) closed[i] += other.closed[i];
  open_groups += other.open_groups;
  open_events += other.open_events;
  open_bytes += other.open_bytes;
  late += other.late;
  shortfalls += other.shortfalls;
  if (oldest_opened.nanos == 0 ||
      (other.oldest_opened.nanos != 0 && other.oldest_opened < oldest_opened))
    oldest_opened = other.oldest_opened;
  return *this;
}

Shard::Table& Shard::table(const std::shared_ptr<const Rule>& rule) {
  const std::uint32_t index = rule->table();
  if (index >= tables_.size()) tables_.resize(index + 1);
  if (tables_[index] == nullptr) {
    tables_[index] = std::make_unique<Table>();
    tables_[index]->rule = rule;
  }
  return *tables_[index];
}

void Shard::reserve_table(Table& table, std::size_t count) {
  const Resizing resizing(*this, table);
  const std::size_t room = table.announced + count;
  table.slots.reserve(table.slots.size() + room);
  table.log.reserve(room, table.slots.size(), [&](const auto& entry) { return live(entry); });
}

void Shard::reserve(const Chunk& chunk, std::size_t shard, Need& need) {
  need = {};
  each_run(chunk, shard, [&](std::span<const Item> run) {
    const Plan& plan = chunk.plans[run.front().plan];
    const std::size_t fixed = plan.rule->key_offset();
    Table& mine = table(plan.rule);
    reserve_table(mine, run.size());
    for (const Item& item : run) {
      // The look-ups of apply() come soon: their misses overlap from here on.
      mine.slots.prefetch(item.tag());
      need.buckets += BlockArena::rounded(fixed + item.key_size);
    }
    if (plan.more_than_sums)
      for (const Item& item : run) need.lists += list_room(plan, chunk.row(item.event));
    if (plan.rule->passes_lone())
      for (const Item& item : run) need.lists += kept_size(chunk.fed[item.event]);
  });
  buckets_.reserve(reserved_.buckets + need.buckets);
  lists_.reserve(reserved_.lists + need.lists);
  // Nothing can fail from here on.
  reserved_.buckets += need.buckets;
  reserved_.lists += need.lists;
  each_run(chunk, shard, [&](std::span<const Item> run) {
    known_table(chunk.plans[run.front().plan]).announced += run.size();
  });
}

void Shard::release(const Chunk& chunk, std::size_t shard, const Need& need) noexcept {
  each_run(chunk, shard, [&](std::span<const Item> run) {
    known_table(chunk.plans[run.front().plan]).announced -= run.size();
  });
  reserved_.buckets -= need.buckets;
  reserved_.lists -= need.lists;
}

void Shard::apply(Chunk& chunk, std::span<const Item> items) noexcept {
  each_run(items, [&](std::span<const Item> run) { apply_run(chunk, run); });
}

void Shard::apply_run(Chunk& chunk, std::span<const Item> run) noexcept {
  const Plan& plan = chunk.plans[run.front().plan];
  Table& mine = known_table(plan);
  const std::size_t key_offset = plan.rule->key_offset();
  std::array<BlockArena::Ref, ahead> guesses;
  const auto look_ahead = [&](std::size_t i) {
    const BlockArena::Ref ref = mine.slots.guess(run[i].tag());
    guesses[i % ahead] = ref;
    if (ref != BlockArena::null) prefetch_bucket(ref, key_offset + run[i].key_size);
  };
  const std::uint64_t erased = erased_;
  for (std::size_t i = 0; i < std::min(ahead, run.size()); ++i) look_ahead(i);
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const Item& item = run[i];
    // What was looked up before a bucket closed may be gone.
    const BlockArena::Ref guess = erased_ == erased ? guesses[i % ahead] : BlockArena::null;
    if (i + ahead < run.size()) look_ahead(i + ahead);
    if (!plan.lists.empty() && i + lists_ahead < run.size() && erased_ == erased)
      if (const auto ref = guesses[(i + lists_ahead) % ahead]; ref != BlockArena::null)
        prefetch_lists(*buckets_.as<Bucket>(ref), plan, chunk.row(run[i + lists_ahead].event),
                       lists_);
    if (chunk.taken != nullptr && chunk.taken[item.event]) continue;
    if (!apply_one(item, plan, mine, guess, chunk)) {
      ++mine.counters.refused;
      continue;
    }
    if (chunk.taken != nullptr) chunk.taken[item.event] = true;
    ++taken;
  }
  mine.counters.taken += taken;
}

bool Shard::same_key(BlockArena::Ref ref, const Rule& rule, const Item& item) const noexcept {
  const auto* const bucket = buckets_.as<Bucket>(ref);
  return bucket->key_size == item.key_size &&
         equal_bytes(bucket->key(rule).data(), item.key, item.key_size);
}

BlockArena::Ref Shard::find(const Table& table, const Item& item) const noexcept {
  return table.slots.find(item.tag(),
                          [&](BlockArena::Ref ref) { return same_key(ref, *table.rule, item); });
}

Peek Shard::peek(const Plan& plan, const Item& item, Time line) const noexcept {
  Peek met;
  met.line = line;
  const Table* const mine = find_table(plan.rule->table());
  if (mine == nullptr) return met;
  met.line = std::max(line, mine->last_opened);
  const BlockArena::Ref ref = find(*mine, item);
  if (ref == BlockArena::null) return met;
  const auto& bucket = *buckets_.as<Bucket>(ref);
  met.open = true;
  met.count = bucket.count;
  met.deadline = bucket.deadline;
  met.opened = bucket.opened;
  met.due = bucket.deadline <= met.line || bucket.count >= plan.rule->settings().threshold;
  Shortfalls not_counted;
  if (!met.due && plan.rule->dedups())
    met.admission = admit(bucket, plan, item.combination(), lists_, not_counted);
  return met;
}

bool Shard::apply_one(const Item& item, const Plan& plan, Table& mine, BlockArena::Ref guess,
                      Chunk& chunk) noexcept {
  const Rule& rule = *plan.rule;
  // Another thread, whose clock was ahead, may have opened a bucket here before.
  const Time line = std::max(chunk.line[item.event], mine.last_opened);
  const auto now = [&] { return (line + chunk.closing.shift).millis(); };
  const std::uint32_t threshold = rule.settings().threshold;
  const bool guessed = guess != BlockArena::null && same_key(guess, rule, item);
  BlockArena::Ref ref = guessed ? guess : find(mine, item);
  if (ref != BlockArena::null) {
    const auto* bucket = buckets_.as<Bucket>(ref);
    if (bucket->deadline <= line) {
      const std::uint32_t position = std::min(chunk.first_at(bucket->deadline), item.event);
      const Time due = bucket->deadline + chunk.closing.shift;
      if (close(mine, ref, Reason::lifetime, position, due.millis(), chunk.closing))
        ref = BlockArena::null;
    } else if (bucket->count >= threshold) {  // found no memory when it was to close
      if (close(mine, ref, Reason::count, item.event, now(), chunk.closing)) ref = BlockArena::null;
    }
  }
  const Value* const row = chunk.row(item.event);
  if (ref == BlockArena::null) {
    ref = open(mine, item, chunk, line);
  } else if (rule.dedups() && admit(*buckets_.as<Bucket>(ref), plan, item.combination(), lists_,
                                    chunk.shortfalls) != Admission::admitted) {
    return false;
  }

  auto& bucket = *buckets_.as<Bucket>(ref);
  const Value& timestamp = row[plan.timestamp];
  const std::size_t before = lists_.used();
  if (bucket.count == 1) drop_lone(bucket, rule);
  accumulate(bucket, plan, row, timestamp.present() ? timestamp.integer() : now(),
             item.combination(), lists_, chunk.shortfalls);
  mine.counters.open_bytes += lists_.used() - before;
  ++mine.counters.open_events;
  if (bucket.count >= threshold) close(mine, ref, Reason::count, item.event, now(), chunk.closing);
  return true;
}

BlockArena::Ref Shard::insert(Table& table, const Item& item, Time deadline, Time opened,
                              std::uint64_t ordinal) noexcept {
  const Rule& rule = *table.rule;
  const std::size_t size = rule.key_offset() + item.key_size;
  const BlockArena::Ref ref = buckets_.take(size);
  auto& bucket = *buckets_.as<Bucket>(ref);
  const std::uint32_t generation = bucket.generation;
  std::memset(static_cast<void*>(&bucket), 0, rule.key_offset());
  std::memcpy(bucket.at<char>(rule.key_offset()), item.key, item.key_size);
  bucket.generation = generation;
  bucket.key_size = item.key_size;
  bucket.hash = item.tag();
  bucket.deadline = deadline;
  bucket.opened = opened;
  bucket.ordinal = ordinal;
  bucket.start = std::numeric_limits<std::int64_t>::max();
  bucket.end = std::numeric_limits<std::int64_t>::min();
  table.slots.insert(item.tag(), ref);
  table.log.push({deadline, ordinal, ref, generation});
  ++groups_;
  ++table.counters.open_groups;
  return ref;
}

BlockArena::Ref Shard::open(Table& table, const Item& item, Chunk& chunk, Time line) noexcept {
  const Rule& rule = *table.rule;
  const std::size_t before = blocks();
  const BlockArena::Ref ref = insert(table, item, line + rule.settings().lifetime,
                                     line + chunk.closing.shift, chunk.first_ordinal + item.event);
  if (rule.passes_lone())
    *buckets_.as<Bucket>(ref)->at<BlockArena::Ref>(rule.lone_offset()) =
        keep(chunk.fed[item.event], lists_);
  table.counters.open_bytes += blocks() - before;
  table.last_opened = line;
  return ref;
}

}  // namespace weir::aggregate
