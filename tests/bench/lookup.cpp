// Lookups: finding an entry among so many at random, and reading a table from text. Linked with the
// library's insides, which no exported function shows.

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "lookup/import.h"

namespace bench {
namespace {

using weir::lookup::Format;
using weir::lookup::Kind;
using weir::lookup::Table;

std::string csv(std::int64_t entries) {
  std::string text = "key,value\n";
  for (std::int64_t i = 0; i < entries; ++i) {
    const std::string number = std::to_string(i);
    text += "host-";
    text += number;
    text += ".example.net,owner ";
    text += number;
    text += '\n';
  }
  return text;
}

std::string json_lines(std::int64_t entries) {
  std::string text;
  for (std::int64_t i = 0; i < entries; ++i) {
    const std::string number = std::to_string(i);
    text += "{\"key\":\"host-";
    text += number;
    text += ".example.net\",\"value\":\"owner ";
    text += number;
    text += "\"}\n";
  }
  return text;
}

Table read(Format format, const std::string& text) {
  return weir::lookup::read_table(Kind::dictionary, {}, {}, format, text, {});
}

// Keys in an order that no cache foresees; each lies in memory that is warm.
void Find(benchmark::State& state) {
  const Table table = read(Format::csv, csv(state.range(0)));
  std::mt19937 random(1);
  std::vector<std::string> keys(4096);
  for (std::string& key : keys) {
    const auto number = static_cast<std::int64_t>(random()) % state.range(0);
    key = "host-" + std::to_string(number) + ".example.net";
  }
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.find(keys[at], {}));
    at = (at + 1) % keys.size();
  }
  state.counters["bytes_each"] =
      static_cast<double>(table.bytes()) / static_cast<double>(table.size());
}

void Missing(benchmark::State& state) {
  const Table table = read(Format::csv, csv(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(table.find("host-x.example.net", {}));
}

void Read(benchmark::State& state, Format format) {
  const std::string text = format == Format::csv ? csv(state.range(0)) : json_lines(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(read(format, text).size());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(Find)->Arg(10)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(Missing)->Arg(1'000'000);
BENCHMARK_CAPTURE(Read, csv, Format::csv)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Read, json, Format::json_lines)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
