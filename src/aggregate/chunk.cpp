#include "aggregate/chunk.h"

namespace weir::aggregate {

void Chunk::partition() {
  starts.resize(rounds.size());
  by_shard.resize(items.size());
  std::uint32_t placed = 0;
  auto next = items.begin();
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    auto last = items.end();
    if (round + 1 < rounds.size())
      last =
          std::lower_bound(next, items.end(), rounds[round + 1],
                           [](const Item& item, std::uint32_t plan) { return item.plan < plan; });
    const auto applied = [&](const Item& item) { return item.event >= begin && item.event < end; };
    std::array<std::uint32_t, shards + 1> ends{};
    for (auto item = next; item != last; ++item) ends[item->shard() + 1] += applied(*item) ? 1 : 0;
    ends[0] = placed;
    for (std::size_t i = 0; i < shards; ++i) ends[i + 1] += ends[i];
    starts[round] = ends;
    placed = ends[shards];
    for (; next != last; ++next)
      if (applied(*next)) by_shard[ends[next->shard()]++] = *next;
  }
}

}  // namespace weir::aggregate
