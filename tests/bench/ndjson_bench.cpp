// weir_feed_ndjson in memory: lines in, lines out.

#include <benchmark/benchmark.h>

#include "engine.h"
#include "events.h"

namespace bench {
namespace {

constexpr std::size_t lines_fed = 400'000;

void run(benchmark::State& state, const std::string& document) {
  static const Events events(lines_fed, 100'000);
  static const std::string lines = events.ndjson();
  const Engine engine(document);
  std::uint64_t outputs = 0;
  for (auto _ : state) engine.feed(lines, outputs);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines_fed));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}

void NdjsonToAggregates(benchmark::State& state) { run(state, document(3600)); }
void NdjsonThatPasses(benchmark::State& state) { run(state, "filter: DestinationPort >= 0\n"); }

BENCHMARK(NdjsonToAggregates)->Unit(benchmark::kMillisecond);
BENCHMARK(NdjsonThatPasses)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
