// weir_load: a document of many rules, each with a filter of its own, to a ruleset that is in
// place.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "engine.h"

namespace bench {
namespace {

constexpr int rules = 200;

std::string many_rules() {
  std::string text = "aggregation:\n";
  for (int i = 0; i < rules; ++i) {
    text += fmt::format(
        "  - name: rule {0}\n    threshold: {1}\n    lifetime: 10\n"
        "    identical_fields: [SourceAddress, DestinationAddress, DestinationPort]\n"
        "    sum_fields: [BytesIn]\n"
        "    filter: DeviceEventClassID = ['{0}', '{2}'] and SourceAddress inSubnet "
        "'10.{3}.0.0/16' "
        "and not (DestinationUserName endsWith '$' nocase or Message match 'error {0}[0-9]+')\n",
        i, 100 + i, i + 1000, i % 256);
  }
  return text;
}

void LoadTwoHundredRules(benchmark::State& state) {
  const std::string text = many_rules();
  const Engine engine("{}");
  for (auto _ : state) {
    engine.load(text);
    state.PauseTiming();
    engine.load("{}");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * rules);
}

BENCHMARK(LoadTwoHundredRules)->Iterations(10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
