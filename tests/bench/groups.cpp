// What open groups cost beside the feeding: memory, the longest pause while their number grows, and
// closing those that fell due.

#include <benchmark/benchmark.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "engine.h"
#include "events.h"

namespace bench {
namespace {

constexpr std::int64_t second = 1'000'000'000;

double resident_bytes() {
  std::size_t whole = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Bytes a group with that many open, beyond the bytes of its key: of the process, and as the engine
// counts them. To be run in a process of its own, so that no memory is there to be used again.
void Memory(benchmark::State& state) {
  const auto groups = static_cast<std::uint64_t>(state.range(0));
  Slice block(10'000);
  for (auto _ : state) {
    block.enumerate(0, groups);
    const Engine engine(document());
    const double before = resident_bytes();
    double keys = 0;
    for (std::uint64_t first = 0; first < groups; first += block.events().size()) {
      block.enumerate(first, groups);
      keys += static_cast<double>(block.key_bytes());
      engine.feed(block.events());
    }
    const double each = static_cast<double>(engine.stats().open_groups);
    state.counters["key"] = keys / each;
    state.counters["resident"] = (resident_bytes() - before - keys) / each;
    state.counters["counted"] = (static_cast<double>(engine.stats().open_bytes) - keys) / each;
  }
}

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The longest call that feeds a chunk of new groups, until so many are open: by the wall, and in
// time of the processor, which leaves out what other processes took.
void GrowthPause(benchmark::State& state) {
  const auto groups = static_cast<std::uint64_t>(state.range(0));
  Slice chunk(WEIR_CHUNK_EVENTS);
  for (auto _ : state) {
    const Engine engine(document());
    double longest_wall = 0, longest_processor = 0, all = 0;
    for (std::uint64_t first = 0; first < groups; first += chunk.events().size()) {
      chunk.enumerate(first, groups);
      const double wall = seconds_of(CLOCK_MONOTONIC);
      const double processor = seconds_of(CLOCK_THREAD_CPUTIME_ID);
      engine.feed(chunk.events());
      longest_processor =
          std::max(longest_processor, seconds_of(CLOCK_THREAD_CPUTIME_ID) - processor);
      const double took = seconds_of(CLOCK_MONOTONIC) - wall;
      longest_wall = std::max(longest_wall, took);
      all += took;
    }
    state.SetIterationTime(all);
    state.counters["longest_ms"] = longest_wall * 1e3;
    state.counters["longest_cpu_ms"] = longest_processor * 1e3;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// One call that closes so many buckets because they fell due, making and delivering their events.
// With 4,096 of them everything lies in a cache, and nearly all of the time goes into the events:
// what a million cost beyond that is the expiry.
void Expire(benchmark::State& state) {
  const auto buckets = static_cast<std::size_t>(state.range(0));
  const Engine engine(document({.lifetime = 10}));
  Slice slice(std::min<std::size_t>(buckets, 65'536));
  std::int64_t now = start_of_time;
  for (auto _ : state) {
    for (std::size_t first = 0; first < buckets; first += slice.events().size()) {
      slice.enumerate(first, buckets);
      engine.feed(slice.events(), now);
    }
    now += 11 * second;
    const std::uint64_t open = engine.stats().open_groups;
    const double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    const std::uint64_t closed = engine.advance(now);
    state.SetIterationTime(seconds_of(CLOCK_THREAD_CPUTIME_ID) - before);
    if (closed != open || open < buckets - 10) state.SkipWithError("not every bucket closed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(Memory)->Arg(10'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(GrowthPause)
    ->Arg(6'000'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(Expire)->Arg(4'096)->Iterations(64)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Expire)->Arg(1 << 20)->Iterations(2)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
