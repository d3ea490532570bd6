// weir_feed in memory, the field look-up and the handing over of outputs included; beside it the
// usual design, a concurrent hash map of groups with one accessor an event.
//
// As many groups as the argument says are open when the clock starts, and stay so: what a threshold
// closes the next event of its key opens again.

#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <thread>

#include "baseline.h"
#include "engine.h"
#include "events.h"

namespace bench {
namespace {

constexpr std::size_t slice_size = 1'000'000;  // far more than a cache holds
constexpr std::size_t most_groups = 10'000'000;

// Events, an engine and a baseline with the same groups open.
template <class Subject>
struct World {
  Subject subject;
  std::size_t next = 0;  // the slice to feed
};

class Worlds {
 public:
  explicit Worlds(std::size_t groups, bool lists) : engine{Engine(document({.lists = lists}))} {
    const Zipf zipf(groups);
    // With ten million groups each slice must meet others than the one before.
    for (std::size_t i = 0; i < (groups == most_groups ? 4 : 1); ++i)
      slices.emplace_back(slice_size).draw(zipf);
    Slice block(std::min<std::size_t>(groups, 10'000));
    for (std::size_t first = 0; first < groups; first += block.events().size()) {
      block.enumerate(first);
      engine.subject.feed(block.events());
      if (!lists) baseline.subject.feed(block.events());
    }
  }

  std::vector<Slice> slices;
  World<Engine> engine;
  World<Baseline> baseline;
};

Worlds& worlds(std::size_t groups, bool lists = false) {
  static std::map<std::pair<std::size_t, bool>, std::unique_ptr<Worlds>> made;
  auto& world = made[{groups, lists}];
  if (world == nullptr) world = std::make_unique<Worlds>(groups, lists);
  return *world;
}

template <class Subject>
void feed(benchmark::State& state, const std::vector<Slice>& slices, World<Subject>& world,
          int threads) {
  for (auto _ : state) {
    const auto events = slices[world.next++ % slices.size()].events();
    if (threads == 1) {
      benchmark::DoNotOptimize(world.subject.feed(events));
      continue;
    }
    const std::size_t half = events.size() / 2;
    std::thread other([&] { world.subject.feed(events.first(half)); });
    world.subject.feed(events.subspan(half));
    other.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(slice_size));
}

std::size_t groups(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void Feed(benchmark::State& state) {
  Worlds& world = worlds(groups(state));
  feed(state, world.slices, world.engine, 1);
  state.counters["open"] = static_cast<double>(world.engine.subject.stats().open_groups);
}
void FeedFromTwoThreads(benchmark::State& state) {
  Worlds& world = worlds(groups(state));
  feed(state, world.slices, world.engine, 2);
}
void OneAccessorAnEvent(benchmark::State& state) {
  Worlds& world = worlds(groups(state));
  feed(state, world.slices, world.baseline, 1);
}
void OneAccessorAnEventFromTwoThreads(benchmark::State& state) {
  Worlds& world = worlds(groups(state));
  feed(state, world.slices, world.baseline, 2);
}
void FeedWithTwoUniqueLists(benchmark::State& state) {
  Worlds& world = worlds(groups(state), true);
  feed(state, world.slices, world.engine, 1);
}

// A fixed number of iterations, so that repetitions can be interleaved at once.
void usual(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(4)->Arg(1'000)->Arg(100'000)->Arg(most_groups);
  benchmark->Iterations(4)->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK(Feed)->Apply(usual);
BENCHMARK(FeedFromTwoThreads)->Apply(usual);
BENCHMARK(OneAccessorAnEvent)->Apply(usual);
BENCHMARK(OneAccessorAnEventFromTwoThreads)->Apply(usual);
BENCHMARK(FeedWithTwoUniqueLists)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Iterations(4)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace bench
