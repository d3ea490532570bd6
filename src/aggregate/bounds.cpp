// Keeping open buckets within bounds.

#include <algorithm>
#include <new>

#include "aggregate/group_table.h"

namespace weir::aggregate {

namespace {

// Half of what there is, so that sums of it do not wrap.
constexpr std::uint64_t unbounded = ~std::uint64_t{0} / 2;
// Below it the region of huge pages that each arena of each shard has begun would be too much
// beside what the bound allows: an eighth of it and more.
constexpr std::uint64_t frugal_below = std::uint64_t{1} << 30;

Bounds effective(const Bounds& bounds) noexcept {
  return {bounds.max_groups == 0 ? unbounded : bounds.max_groups,
          bounds.max_bytes == 0 ? unbounded : std::min(bounds.max_bytes, unbounded)};
}

// Written only when it changes: the line is read by every chunk of every thread.
void set_if_other(std::atomic<std::uint64_t>& to, std::uint64_t value) noexcept {
  if (to.load(std::memory_order_relaxed) != value) to.store(value, std::memory_order_relaxed);
}

}  // namespace

void GroupTable::Bounded::set(std::size_t shard, const Use& use) noexcept {
  set_if_other(groups[shard], use.groups);
  set_if_other(bytes[shard], use.bytes);
  set_if_other(idle[shard], use.idle);
}

Use GroupTable::Bounded::total() const noexcept {
  Use sum;
  for (std::size_t i = 0; i < shards; ++i) {
    sum.groups += groups[i].load(std::memory_order_relaxed);
    sum.bytes += bytes[i].load(std::memory_order_relaxed);
    sum.idle += idle[i].load(std::memory_order_relaxed);
  }
  sum.bytes += beside.load(std::memory_order_relaxed);
  return sum;
}

void GroupTable::set_bounds(const Bounds& bounds,
                            std::span<const std::shared_ptr<const Rule>> rules) {
  std::vector<std::unique_ptr<Bounded>> own;
  for (const auto& rule : rules) {
    if (rule->settings().bounds == Bounds{}) continue;
    auto& bounded = own.emplace_back(std::make_unique<Bounded>());
    bounded->bounds = effective(rule->settings().bounds);
    bounded->rule = rule.get();
    for (std::size_t i = 0; i < shards; ++i)
      with(i, [&](const Shard& shard) { bounded->set(i, shard.use(*rule)); });
  }
  own_ = std::move(own);
  all_.bounds = effective(bounds);
  const bool frugal = all_.bounds.max_bytes < frugal_below;
  for (std::size_t i = 0; i < shards; ++i) with(i, [&](Shard& shard) { shard.set_frugal(frugal); });
}

void GroupTable::set_beside(std::uint64_t bytes) noexcept { set_if_other(all_.beside, bytes); }

bool GroupTable::over_bounds() const noexcept {
  const Use use = all_.total();
  return !use.within(all_.bounds) || all_.wastes(use) ||
         std::any_of(own_.begin(), own_.end(), [](const auto& one) { return one->over(); });
}

bool GroupTable::evict(std::int64_t timestamp, std::size_t batch, const Closing& closing) {
  const std::size_t before = closing.closed->size(), last = before + batch;
  give_back(timestamp, last, closing);
  bool good = true;
  for (const auto& own : own_) good = evict(*own, timestamp, last, closing) && good;
  good = evict(all_, timestamp, last, closing) && good;
  if (closing.closed->size() > before) return over_bounds();
  if (!good) throw std::bad_alloc();
  return false;
}

void GroupTable::give_back(std::int64_t timestamp, std::size_t last, const Closing& closing) {
  const bool wastes = all_.wastes(all_.total());
  const std::uint64_t enough = 2 * all_.enough(), much = enough / shards;
  for (std::size_t i = 0; i < shards; ++i)
    with(i, [&](Shard& shard) {
      // Tables and logs keep the size of the most that they held.
      shard.trim();
      if (wastes && shard.use().idle > much && all_.total().idle > enough) {
        while (shard.idle_lists() > much && closing.closed->size() < last &&
               shard.evict_oldest(nullptr, timestamp, closing) == Shard::Evicted::closed) {
        }
        shard.compact();
      }
      note(i, shard);
    });
}

// The oldest bucket of all is the oldest of the shard whose oldest is the oldest. Other threads may
// have closed it meanwhile: then its shard says what is the oldest now.
bool GroupTable::evict(const Bounded& bounded, std::int64_t timestamp, std::size_t last,
                       const Closing& closing) {
  if (!bounded.over()) return true;
  std::array<Opening, shards> oldest;
  for (std::size_t i = 0; i < shards; ++i)
    oldest[i] = with(i, [&](Shard& shard) { return shard.oldest(bounded.rule, closing.ranks); });
  bool good = true;
  while (good && closing.closed->size() < last && bounded.over()) {
    const auto first = std::min_element(oldest.begin(), oldest.end());
    if (first->none()) break;
    const Opening opening = std::exchange(*first, Opening{});
    const Opening next = *std::min_element(oldest.begin(), oldest.end());
    *first = opening;
    const auto i = static_cast<std::size_t>(first - oldest.begin());
    good = with(i, [&](Shard& shard) {
      auto evicted = Shard::Evicted::closed;
      while (evicted == Shard::Evicted::closed && *first <= next && !first->none() &&
             closing.closed->size() < last && bounded.over()) {
        evicted = shard.evict_oldest(bounded.rule, timestamp, closing);
        note(i, shard);
        *first = shard.oldest(bounded.rule, closing.ranks);
      }
      return evicted != Shard::Evicted::no_memory;
    });
  }
  return good;
}

}  // namespace weir::aggregate
