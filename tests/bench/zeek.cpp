// Reading Zeek's tab-separated logs alone: lines in memory to records, no engine.

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "input/formats/zeek.h"
#include "logs.h"

namespace bench {
namespace {

using weir::host::Records;
using weir::host::ZeekReader;

constexpr std::size_t log_lines = 100'000;

// As the program does: chunks of records, whose memory is used again.
std::size_t read_all(ZeekReader& reader, std::string_view log, Records& records) {
  std::size_t read = 0;
  std::uint64_t number = 0;
  for (std::size_t begin = 0; begin < log.size();) {
    const std::size_t end = log.find('\n', begin);
    reader.read({log.substr(begin, end - begin), ++number, 0}, 1, records);
    begin = end + 1;
    if (records.size() < WEIR_CHUNK_EVENTS && begin < log.size()) continue;
    for (const weir_record& record : records.all()) read += record.problem.size == 0 ? 1 : 0;
    records.clear();
  }
  return read;
}

void ReadZeekDns(benchmark::State& state) {
  const std::string log = zeek_log(log_lines);
  ZeekReader reader;
  Records records;
  std::size_t read = 0;
  for (auto _ : state) read += read_all(reader, log, records);
  if (read != static_cast<std::size_t>(state.iterations()) * log_lines)
    state.SkipWithError("records are missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(read));
  state.SetBytesProcessed(static_cast<std::int64_t>(log.size()) * state.iterations());
}

// What the thread that deals out blocks does.
void PassOverZeekDns(benchmark::State& state) {
  const std::string log = zeek_log(log_lines);
  for (auto _ : state) {
    ZeekReader reader;
    reader.pass_over(log);
    benchmark::DoNotOptimize(reader);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(log.size()) * state.iterations());
}

BENCHMARK(ReadZeekDns)->Iterations(16)->Unit(benchmark::kMillisecond);
BENCHMARK(PassOverZeekDns)->Iterations(64)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bench
