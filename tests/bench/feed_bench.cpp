// weir_feed in memory, the field look-up and the handing over of outputs included; beside it the
// usual design, a concurrent hash map of groups with one accessor an event, in the same binary.

#include <benchmark/benchmark.h>
#include <tbb/concurrent_hash_map.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <thread>

#include "engine.h"
#include "events.h"

namespace bench {
namespace {

constexpr std::size_t events_fed = 2'000'000;

const Events& events_of(std::size_t groups) {
  static std::map<std::size_t, std::unique_ptr<Events>> made;
  auto& events = made[groups];
  if (events == nullptr) events = std::make_unique<Events>(events_fed, groups);
  return *events;
}

void feed(benchmark::State& state, bool uniques) {
  const Events& events = events_of(static_cast<std::size_t>(state.range(0)));
  const Engine engine(document(3600, uniques));
  std::uint64_t outputs = 0;
  for (auto _ : state) engine.feed(events.events().data(), events.events().size(), outputs);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.events().size()));
  state.counters["out"] =
      benchmark::Counter(static_cast<double>(outputs) / static_cast<double>(state.iterations()));
}

// The same events, half of them from each of two threads, into one engine.
void FeedFromTwoThreads(benchmark::State& state) {
  const Events& events = events_of(static_cast<std::size_t>(state.range(0)));
  const Engine engine(document(3600));
  const std::size_t half = events.events().size() / 2;
  for (auto _ : state) {
    std::uint64_t outputs[2] = {0, 0};
    std::thread other([&] { engine.feed(events.events().data(), half, outputs[0]); });
    engine.feed(events.events().data() + half, events.events().size() - half, outputs[1]);
    other.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.events().size()));
}

void Feed(benchmark::State& state) { feed(state, false); }
void FeedWithTwoUniqueLists(benchmark::State& state) { feed(state, true); }

// What a host would write by itself: look the fields up, make a text key, lock the group.
struct Group {
  std::uint32_t count = 0;
  std::uint64_t in = 0, out = 0;
};

void OneAccessorAnEvent(benchmark::State& state) {
  const Events& events = events_of(static_cast<std::size_t>(state.range(0)));
  const std::size_t wanted[] = {1, 3, 4, 5, 6, 7};
  for (auto _ : state) {
    tbb::concurrent_hash_map<std::string, Group> groups;
    std::string key;
    for (const weir_event& event : events.events()) {
      key.clear();
      for (const std::size_t i : wanted) {
        const weir_field& field = event.fields[i];
        key += '\1';
        if (field.kind == WEIR_TEXT)
          key.append(reinterpret_cast<const char*>(field.word), field.size);
        else
          key.append(reinterpret_cast<const char*>(&field.word), 8);
      }
      tbb::concurrent_hash_map<std::string, Group>::accessor group;
      groups.insert(group, key);
      group->second.in += event.fields[9].word;
      group->second.out += event.fields[10].word;
      if (++group->second.count == 100) groups.erase(group);
    }
    benchmark::DoNotOptimize(groups.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.events().size()));
}

BENCHMARK(Feed)->Arg(4)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(FeedFromTwoThreads)
    ->Arg(4)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(OneAccessorAnEvent)
    ->Arg(4)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(FeedWithTwoUniqueLists)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
