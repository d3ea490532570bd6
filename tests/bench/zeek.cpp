// Reading Zeek's tab-separated logs alone: lines in memory to records, no engine.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "input/formats/zeek.h"

namespace bench {
namespace {

using weir::host::Records;
using weir::host::ZeekReader;

constexpr std::size_t log_lines = 100'000;

constexpr std::string_view dns_header =
    "#separator \\x09\n"
    "#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\t"
    "qclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\t"
    "rejected\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\t"
    "count\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount\tvector[string]\t"
    "vector[interval]\tbool\n";

// The first of two queries was answered, the other was not.
std::string dns_log() {
  std::string log(dns_header);
  for (std::size_t i = 0; i < log_lines; ++i) {
    const std::string_view rest = i % 2 == 0
                                      ? "0\tNOERROR\tF\tF\tT\tT\t0\tname.example.net,203.0.113.9\t"
                                        "2230.000000,41830.000000\tF"
                                      : "-\t-\tF\tF\tT\tF\t0\t-\t-\tF";
    fmt::format_to(
        std::back_inserter(log),
        "1700000{:03}.{:06}\tCqKst53mF3det{:05}\t10.47.{}.{}\t{}\t10.0.0.100\t53\tudp\t{}\t{}"
        "\thost-{}.example.org\t1\tC_INTERNET\t1\tA\t{}\n",
        i / 1000, i % 1000 * 1000, i, i % 8, i % 250, 1024 + i % 60000, i % 65536,
        i % 2 == 0 ? "0.000870" : "-", i % 1000, rest);
  }
  return log;
}

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
  const std::string log = dns_log();
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
  const std::string log = dns_log();
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
