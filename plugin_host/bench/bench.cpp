#include "bench/bench.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "failure.h"
#include "input/line_blocks.h"
#include "run/clock.h"
#include "run/console.h"
#include "run/engine.h"
#include "run/intake.h"
#include "run/line_workers.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::size_t kEvents = 16 * WEIR_CHUNK_EVENTS;  // between two looks at the signals

void check_stop() {
  if (stop_requested()) throw Failure(Exit::interrupted, "interrupted");
}

double seconds_of(const Clock& clock, std::int64_t since) noexcept {
  return static_cast<double>(clock.elapsed() - since) * 1e-9;
}

// One engine, and what it takes to feed it.
class BenchRun {
 public:
  BenchRun(const Library& library, const BenchSettings& settings, bool warnings, unsigned workers)
      : library_(library),
        engine_(library, {settings.rules, settings.document, "bench", true, warnings}, clock_,
                output_, rejects_, console_) {
    if (workers > 1) workers_ = std::make_unique<LineWorkers>(engine_, workers);
  }

  void feed(const HeldInput& input) {
    engine_.note_arrival(input.arrived);
    if (is_lines(input.format)) {
      feed_lines(input);
    } else {
      feed_flows(input.flows.events());
    }
  }
  const Clock& clock() const noexcept { return clock_; }
  Engine& engine() noexcept { return engine_; }

 private:
  void feed_lines(const HeldInput& input) {
    LinesInMemory lines(input.lines);
    const auto next = [&](LineBlock& block) {
      check_stop();
      block.arrived = input.arrived;
      return lines.next(block);
    };
    const PresetIds presets = presets_of(library_, input.format);
    if (workers_) {
      return workers_->run({input.name, input.format, presets}, next,
                           [](const LineBlock&, const LineState&) {});
    }
    Intake intake(engine_, presets, input.name, input.format);
    LineBlock block;
    while (next(block)) intake.feed(block.bytes, block.last, block.arrived);
  }

  void feed_flows(std::span<const weir_event> events) {
    while (!events.empty()) {
      check_stop();
      const std::size_t count = std::min(events.size(), kEvents);
      engine_.feed(events.first(count));
      events = events.subspan(count);
    }
  }

  const Library& library_;
  Clock clock_;
  Console console_{ProgressMode::never};
  Output output_{""};
  Rejects rejects_{"", [](const std::string&) {}};
  Engine engine_;
  std::unique_ptr<LineWorkers> workers_;
};

}  // namespace

void check_rules(const Library& library, const BenchSettings& settings) {
  constexpr bool warnings = true;
  const BenchRun run(library, settings, warnings, 1);
}

BenchFigures run_bench(const Library& library, const BenchSettings& settings,
                       const HeldInput& input) {
  BenchFigures figures;
  figures.workers = is_lines(input.format) ? settings.workers : 1;
  while (figures.seconds.size() < settings.runs) {
    constexpr bool warnings = false;  // they have been shown
    BenchRun run(library, settings, warnings, figures.workers);
    const std::int64_t start = run.clock().elapsed();
    run.feed(input);
    figures.seconds.push_back(seconds_of(run.clock(), start));
    figures.fed = run.engine().stats();
    if (figures.fed.events_in == 0) {
      throw Failure(Exit::bad_input, "'" + input.name + "' has no event; there is nothing to time");
    }
    figures.fed_out = run.engine().lines_out();
    const std::int64_t flush = run.clock().elapsed();
    run.engine().flush(std::numeric_limits<std::int64_t>::max());
    figures.flush_seconds = seconds_of(run.clock(), flush);
    figures.events_out = run.engine().lines_out();
  }
  std::sort(figures.seconds.begin(), figures.seconds.end());
  return figures;
}

}  // namespace weir::host
