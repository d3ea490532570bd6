// One engine at full speed from several threads, while documents change every second, lookups all
// the time, and counters, metrics, explanations and snapshots are taken. At the end every event is
// accounted for and memory is what it was.
//
//   soak [SECONDS [THREADS]]      600 and one a core by default
//
// Exit 1 with a sentence when something is wrong.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "documents.h"
#include "feeder.h"

namespace {

using namespace soak;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Resident memory, in MiB.
double resident() {
  std::ifstream file("/proc/self/statm");
  double all = 0, here = 0;
  file >> all >> here;
  return here * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void append(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

// The thread that does everything but feed.
class Watcher {
 public:
  explicit Watcher(Shared& shared) : shared_(shared), tally_(WEIR_FORM_EVENTS) { load(); }

  // A call of each kind.
  void round() {
    ++rounds_;
    shared_.engine.fill_tables(rounds_);
    shared_.engine.check_law();
    ask();
    read_metrics();
    const auto pass = shared_.pass();
    advance();
    if (rounds_ % 50 == 0) flush();
  }
  void load() { shared_.engine.load(document(++loads_)); }
  void take_snapshot();
  void finish();

  const Counts& counts() const noexcept { return tally_.counts(); }
  std::uint64_t loads() const noexcept { return loads_; }
  std::uint64_t snapshots() const noexcept { return snapshots_; }

 private:
  void ask();
  void read_metrics();
  void advance() {
    require(weir_advance(shared_.engine, shared_.tick(), tally_.sink(), nullptr) == WEIR_OK,
            "the clock moves");
  }
  void flush() {
    require(weir_flush(shared_.engine, 0, tally_.sink(), nullptr) == WEIR_OK, "a flush ends");
  }
  void compare(const weir_stats& one, const weir_stats& other);

  Shared& shared_;
  Tally tally_;
  std::uint64_t rounds_ = 0, loads_ = 0, snapshots_ = 0;
  std::string text_;
};

void Watcher::ask() {
  static constexpr std::string_view line =
      "{\"Name\":\"flow\",\"SourceAddress\":\"00000001\",\"DestinationPort\":111,\"BytesIn\":5}";
  const weir_question question{sizeof question, 0, 0, nullptr, nullptr, {line.data(), line.size()}};
  text_.clear();
  require(weir_explain(shared_.engine, &question, append, &text_, nullptr) == WEIR_OK, "explain");
  require(!text_.empty(), "an explanation says something");
}

void Watcher::read_metrics() {
  text_.clear();
  require(weir_get_metrics(shared_.engine, append, &text_, nullptr) == WEIR_OK && !text_.empty(),
          "metrics are text");
}

void Watcher::compare(const weir_stats& one, const weir_stats& other) {
  require(one.events_in == other.events_in && one.rejected == other.rejected &&
              one.filtered == other.filtered && one.passed == other.passed &&
              one.taken == other.taken && one.aggregated == other.aggregated &&
              one.refused == other.refused && one.lone == other.lone,
          "a restored engine has the counters of the snapshot");
  require(one.open_groups == other.open_groups && one.open_events == other.open_events &&
              one.waiting_outputs == other.waiting_outputs && one.clock == other.clock,
          "a restored engine has what was open");
}

// Into a second engine with the same document, which then closes what is open.
void Watcher::take_snapshot() {
  std::string bytes;
  std::int32_t status = WEIR_OK;
  weir_stats before{}, after{};
  const bool quiet = snapshots_ % 2 == 0;
  if (quiet) {
    const auto alone = shared_.pause();
    before = after = shared_.engine.stats();
    status = weir_snapshot(shared_.engine, append, &bytes, nullptr);
  } else {
    before = shared_.engine.stats();
    status = weir_snapshot(shared_.engine, append, &bytes, nullptr);
    after = shared_.engine.stats();
  }
  require(status == WEIR_OK, "a snapshot is taken", weir_status_name(status));
  ++snapshots_;
  Engine other;
  other.load(document(loads_));
  other.fill_tables(rounds_);
  weir_error error{};
  error.struct_size = sizeof error;
  require(weir_restore(other, bytes.data(), bytes.size(), &error) == WEIR_OK,
          "a snapshot is restored", error.message);
  other.check_law();
  const weir_stats restored = other.stats();
  if (quiet) compare(before, restored);
  require(before.events_in <= restored.events_in && restored.events_in <= after.events_in,
          "a snapshot has the counters of its moment");
  Tally flushed(WEIR_FORM_NDJSON);
  require(weir_flush(other, 0, flushed.sink(), nullptr) == WEIR_OK, "a restored engine flushes");
  other.check_law();
  const weir_stats empty = other.stats();
  require(empty.open_groups == 0 && empty.open_events == 0 && empty.waiting_outputs == 0,
          "nothing is open after a flush of a restored engine");
  require(restored.waiting_outputs != 0 ||
              flushed.counts().base_events + flushed.counts().base == restored.open_events,
          "what was open in a snapshot leaves the restored engine");
}

// Nobody feeds any more.
void Watcher::finish() {
  flush();
  shared_.engine.check_law();
  const weir_stats all = shared_.engine.stats();
  require(all.open_groups == 0 && all.open_events == 0 && all.waiting_outputs == 0,
          "nothing is open after the last flush");
}

// ---- Verdicts

void check_conservation(const weir_stats& all, const Counts& counts, std::uint64_t fed) {
  std::printf(
      "fed %llu = rejected %llu + filtered %llu + passed %llu + lone %llu + base events %llu\n",
      static_cast<unsigned long long>(fed), static_cast<unsigned long long>(counts.rejected),
      static_cast<unsigned long long>(all.filtered), static_cast<unsigned long long>(all.passed),
      static_cast<unsigned long long>(all.lone),
      static_cast<unsigned long long>(counts.base_events));
  require(all.events_in == fed, "every event that was fed is counted");
  require(counts.rejected == all.rejected, "every rejected event was accepted once");
  require(counts.base == all.passed + all.lone, "every event that passed was accepted once");
  require(counts.aggregated == all.aggregated, "every aggregated event was accepted once");
  require(counts.base_events + all.lone == all.taken, "every event that was taken is in one");
  require(counts.rejected + all.filtered + counts.base + counts.base_events == fed,
          "the sum of BaseEventCount, lone, passed, filtered and rejected is what was fed");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The last third beside the second: in the first, buckets and buffers grow to what they stay. A
// short run on a slow machine is hardly behind that, so that it may differ by more.
void check_memory(const std::vector<double>& series, double seconds) {
  std::printf("resident MiB:");
  for (const double one : series) std::printf(" %.0f", one);
  std::printf("\n");
  if (seconds < 30) {
    std::printf("too short for a verdict about memory\n");
    return;
  }
  const std::size_t third = series.size() / 3;
  require(third > 0, "memory was looked at");
  const auto at = [&](std::size_t i) { return series.begin() + static_cast<std::ptrdiff_t>(i); };
  const double before = median({at(third), at(2 * third)});
  const double after = median({at(2 * third), series.end()});
  std::printf("memory: %.1f MiB in the second third, %.1f in the last\n", before, after);
  require(after <= before * (seconds < 120 ? 1.25 : 1.04) + 8, "memory is flat");
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 600;
  const unsigned cores = std::max(2U, std::thread::hardware_concurrency());
  const std::size_t threads = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : cores;
  require(seconds > 0 && threads > 0, "usage: soak [SECONDS [THREADS]]");
  Shared shared;
  Watcher watcher(shared);
  std::deque<Feeder> feeders;
  for (std::size_t i = 0; i < threads; ++i) feeders.emplace_back(shared, i);
  const Clock::time_point begin = Clock::now();
  const double tick = std::max(seconds / 60, 0.1);  // between samples of memory
  const double reload = std::min(1.0, seconds / 8);
  double next_sample = 0, next_load = reload;
  std::vector<double> memory;
  while (seconds_since(begin) < seconds) {
    watcher.round();
    // As often as changes of lookups leave the feeders something to do.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (seconds_since(begin) >= next_load) {
      watcher.load();
      watcher.take_snapshot();
      next_load += reload;
    }
    if (seconds_since(begin) >= next_sample) {
      memory.push_back(resident());
      next_sample += tick;
    }
  }
  shared.stop = true;
  std::uint64_t fed = 0;
  for (Feeder& feeder : feeders) feeder.join();
  const double took = seconds_since(begin);
  watcher.finish();
  Counts counts = watcher.counts();
  for (const Feeder& feeder : feeders) {
    counts += feeder.counts();
    fed += feeder.fed();
  }
  const weir_stats all = shared.engine.stats();
  check_conservation(all, counts, fed);
  std::printf("%.0f events/s from %zu threads for %.0f s; %llu loads, %llu snapshots\n",
              static_cast<double>(fed) / took, threads, took,
              static_cast<unsigned long long>(watcher.loads()),
              static_cast<unsigned long long>(watcher.snapshots()));
  check_memory(memory, seconds);
  return 0;
}
