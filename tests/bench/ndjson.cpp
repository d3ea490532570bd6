// weir_feed_ndjson in memory: lines in, lines out.

#include <benchmark/benchmark.h>

#include "engine.h"
#include "events.h"

namespace bench {
namespace {

constexpr std::size_t lines_fed = 400'000;

const std::string& lines() {
  static const std::string made = [] {
    Slice slice(lines_fed);
    slice.draw(Zipf(100'000));
    return ndjson(slice.events());
  }();
  return made;
}

void run(benchmark::State& state, const std::string& document) {
  const Engine engine(document);
  engine.feed(lines());  // opens the groups
  for (auto _ : state) benchmark::DoNotOptimize(engine.feed(lines()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines_fed));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines().size()));
}

void NdjsonToAggregates(benchmark::State& state) { run(state, document()); }
void NdjsonThatPasses(benchmark::State& state) { run(state, "filter: DestinationPort >= 0\n"); }

BENCHMARK(NdjsonToAggregates)->Iterations(4)->Unit(benchmark::kMillisecond);
BENCHMARK(NdjsonThatPasses)->Iterations(4)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
