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

// An engine or a baseline, and which slice it is fed next.
template <class Subject>
struct Fed {
  Subject subject;
  std::size_t next = 0;
};

// Events, and an engine and a baseline with the same groups open. Kept from one repetition to the
// next, since opening ten million groups takes longer than all that is measured with them.
struct World {
  World(std::size_t groups, bool lists);

  std::vector<Slice> slices;
  Fed<Engine> engine;
  Fed<Baseline> baseline;
};

World::World(std::size_t groups, bool lists) : engine{Engine(document({.lists = lists}))} {
  const Zipf zipf(groups);
  // With ten million groups each slice must meet others than the one before.
  for (std::size_t i = 0; i < (groups == most_groups ? 4 : 1); ++i)
    slices.emplace_back(slice_size).draw(zipf);
  Slice block(std::min<std::size_t>(groups, 10'000));
  for (std::size_t first = 0; first < groups; first += block.events().size()) {
    block.enumerate(first, groups);
    engine.subject.feed(block.events());
    if (!lists) baseline.subject.feed(block.events());
  }
}

World& world_of(const benchmark::State& state, bool lists = false) {
  static std::map<std::pair<std::size_t, bool>, std::unique_ptr<World>> made;
  const auto groups = static_cast<std::size_t>(state.range(0));
  auto& world = made[{groups, lists}];
  if (world == nullptr) world = std::make_unique<World>(groups, lists);
  return *world;
}

template <class Subject>
void feed(benchmark::State& state, const World& world, Fed<Subject>& fed, int threads) {
  for (auto _ : state) {
    const auto events = world.slices[fed.next++ % world.slices.size()].events();
    if (threads == 1) {
      benchmark::DoNotOptimize(fed.subject.feed(events));
      continue;
    }
    const std::size_t half = events.size() / 2;
    std::thread other([&] { fed.subject.feed(events.first(half)); });
    fed.subject.feed(events.subspan(half));
    other.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(slice_size));
}

void Feed(benchmark::State& state) {
  World& world = world_of(state);
  feed(state, world, world.engine, 1);
  state.counters["open"] = static_cast<double>(world.engine.subject.stats().open_groups);
}
void FeedFromTwoThreads(benchmark::State& state) {
  World& world = world_of(state);
  feed(state, world, world.engine, 2);
}
void OneAccessorAnEvent(benchmark::State& state) {
  World& world = world_of(state);
  feed(state, world, world.baseline, 1);
}
void OneAccessorAnEventFromTwoThreads(benchmark::State& state) {
  World& world = world_of(state);
  feed(state, world, world.baseline, 2);
}
void FeedWithTwoUniqueLists(benchmark::State& state) {
  World& world = world_of(state, true);
  feed(state, world, world.engine, 1);
}

// A fixed number of iterations, so that repetitions can be interleaved at once. One thread is timed
// by its processor time, which leaves out what other processes took; two only the wall can time.
void usual(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(4)->Arg(1'000)->Arg(100'000)->Arg(most_groups);
  benchmark->Iterations(4)->Unit(benchmark::kMillisecond);
}

BENCHMARK(Feed)->Apply(usual);
BENCHMARK(FeedFromTwoThreads)->Apply(usual)->UseRealTime();
BENCHMARK(OneAccessorAnEvent)->Apply(usual);
BENCHMARK(OneAccessorAnEventFromTwoThreads)->Apply(usual)->UseRealTime();
BENCHMARK(FeedWithTwoUniqueLists)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Iterations(4)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
