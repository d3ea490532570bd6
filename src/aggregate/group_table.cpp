#include "aggregate/group_table.h"

#include <algorithm>
#include <new>

namespace weir::aggregate {

GroupTable::GroupTable() {
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    Shards::accessor accessor;
    shards_.insert(accessor, shard);
    next_due_[shard].store(never.nanos, std::memory_order_relaxed);
  }
}

void GroupTable::note(std::size_t shard, const Shard& state) noexcept {
  // Written only when it changes, as in Bounded::set.
  const std::int64_t due = state.next_due().nanos;
  if (next_due_[shard].load(std::memory_order_relaxed) != due)
    next_due_[shard].store(due, std::memory_order_relaxed);
  all_.set(shard, state.use());
  for (const auto& own : own_) own->set(shard, state.use(*own->rule));
}

void GroupTable::reserve(Chunk& chunk) {
  chunk.partition();
  chunk.needs = {};
  std::size_t reserved = 0;
  try {
    for (; reserved < shards; ++reserved) {
      const std::size_t i = chunk.shard_at(reserved);
      if (chunk.has_items(i))
        with(i, [&](Shard& shard) { shard.reserve(chunk, i, chunk.needs[i]); });
    }
  } catch (...) {
    release(chunk, reserved);
    throw;
  }
}

void GroupTable::release(const Chunk& chunk, std::size_t count) noexcept {
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t i = chunk.shard_at(step);
    if (chunk.has_items(i)) with(i, [&](Shard& shard) { shard.release(chunk, i, chunk.needs[i]); });
  }
}

void GroupTable::apply(Chunk& chunk) noexcept {
  const Time now = chunk.last_line();
  const std::size_t last = chunk.rounds.size() - 1;
  for (std::size_t round = 0; round < last; ++round)
    for (std::size_t step = 0; step < shards; ++step) {
      const std::size_t i = chunk.shard_at(step);
      if (const auto items = chunk.of_shard(round, i); !items.empty())
        with(i, [&](Shard& shard) { shard.apply(chunk, items); });
    }
  for (std::size_t step = 0; step < shards; ++step) {
    const std::size_t i = chunk.shard_at(step);
    const bool due = next_due_[i].load(std::memory_order_relaxed) <= now.nanos;
    const bool has_items = chunk.has_items(i);
    if (!has_items && !due) continue;
    with(i, [&](Shard& shard) {
      shard.apply(chunk, chunk.of_shard(last, i));
      if (has_items) shard.release(chunk, i, chunk.needs[i]);
      // A bucket that opened in this chunk may have fallen due in it.
      if (shard.next_due() <= now) shard.expire(chunk);
      note(i, shard);
    });
  }
  std::sort(chunk.closing.closed->begin(), chunk.closing.closed->end());
}

Peek GroupTable::peek(const Plan& plan, const Item& item, Time line) {
  return with(item.shard(), [&](const Shard& shard) { return shard.peek(plan, item, line); });
}

bool GroupTable::any_due(Time line) const noexcept {
  return std::any_of(next_due_.begin(), next_due_.end(), [&](const auto& due) {
    return due.load(std::memory_order_relaxed) <= line.nanos;
  });
}

std::size_t GroupTable::count_due(Time line) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < shards; ++i)
    if (next_due_[i].load(std::memory_order_relaxed) <= line.nanos)
      count += with(i, [&](Shard& shard) { return shard.count_due(line); });
  return count;
}

bool GroupTable::close_due(const Horizon& horizon, Reason reason, const std::int64_t* timestamp,
                           std::size_t batch, const Closing& closing) {
  if (!any_due(horizon.line)) return false;
  // Each log offers entries at growing depths. Everything up to one of these is a prefix of the
  // order of all logs; the weights say how long it is, at least, and at most twice as long.
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) { shard.sample_due(horizon, batch, samples); });
  if (samples.empty()) return false;
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.due < b.due; });
  std::size_t length = 0;
  Due until = samples.front().due;
  for (const Sample& sample : samples) {
    length += sample.weight;
    if (length > batch) break;
    until = sample.due;
  }
  const std::size_t before = closing.closed->size();
  bool all = true;
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) {
      all = shard.close_until(until, horizon, reason, timestamp, closing) && all;
      note(i, shard);
    });
  if (!all && closing.closed->size() == before) throw std::bad_alloc();
  std::sort(closing.closed->begin() + static_cast<std::ptrdiff_t>(before), closing.closed->end());
  return true;
}

void GroupTable::collect(const Rule& rule, std::int64_t timestamp, const Closing& closing) {
  const auto first = static_cast<std::ptrdiff_t>(closing.closed->size());
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) { shard.collect(rule, timestamp, closing); });
  std::sort(closing.closed->begin() + first, closing.closed->end());
}

void GroupTable::remove(const Rule& rule) noexcept {
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) {
      shard.remove(rule);
      note(i, shard);
    });
}

RuleCounters GroupTable::counters(const Rule& rule) {
  RuleCounters sum;
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) {
      shard.add_counters(rule.table(), sum);
      RuleCounters oldest;
      oldest.oldest_opened = shard.oldest_opened(rule);
      sum += oldest;
    });
  return sum;
}

}  // namespace weir::aggregate
