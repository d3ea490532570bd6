// NetFlow decoding alone: datagrams in memory to events whose texts are written, no engine.

#include <benchmark/benchmark.h>

#include "datagrams.h"

namespace bench {
namespace {

constexpr std::size_t datagrams_decoded = 20'000;

void decode(benchmark::State& state, Version version) {
  const std::vector<Datagram> datagrams = flow_datagrams(version, datagrams_decoded);
  CountingDecoder decoder(version);
  std::uint64_t flows = 0;
  for (auto _ : state) flows += decoder.decode(datagrams);
  if (flows != static_cast<std::uint64_t>(state.iterations()) * datagrams_decoded * flows_each)
    state.SkipWithError("flows are missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(flows));
}

void DecodeNetflow9(benchmark::State& state) { decode(state, Version::v9); }
void DecodeIpfix(benchmark::State& state) { decode(state, Version::ipfix); }

BENCHMARK(DecodeNetflow9)->Iterations(8)->Unit(benchmark::kMillisecond);
BENCHMARK(DecodeIpfix)->Iterations(8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
