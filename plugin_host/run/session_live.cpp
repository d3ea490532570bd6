// The live half of a session: sockets and pipes together, and the end.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "input/ndjson.h"
#include "output/whole_file.h"
#include "run/session.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kTickMilliseconds = 100;  // how late a bucket may close when no event comes
constexpr std::int64_t kTick = std::int64_t{kTickMilliseconds} * 1'000'000;

}  // namespace

void Session::read_live() {
  engine_->forget_arrivals();
  live_.start(*engine_, *decoder_, clock_, console_, presets(), options_.format);
  for (ByteSource& source : sources_) {
    if (source.regular()) continue;
    report_source(source, Format::ndjson);
    const auto reader = std::make_shared<NdjsonReader>(source, *engine_);
    live_.add(
        source.descriptor(),
        [this, reader] { return step(*reader) ? LiveInputs::Step::wait : LiveInputs::Step::ended; },
        [this, reader] { step(*reader); });
  }
  while (!stop_requested()) {
    live_.turn(kTickMilliseconds);
    tick();
  }
  live_.drain();
}

// False when there is no more. One bad pipe does not cost the others, nor the sockets.
bool Session::step(NdjsonReader& reader) {
  try {
    return reader.step();
  } catch (const Failure& failure) {
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);
    return false;
  }
}

void Session::tick() {
  batch_->deliver();
  const std::int64_t elapsed = clock_.elapsed();
  if (elapsed >= next_tick_) {
    next_tick_ = elapsed + kTick;
    engine_->advance();
  }
  write_out();
}

void Session::write_out() {
  if (!output_.flush()) throw Failure(Exit::runtime, output_.error());
  Writer* rejects = rejects_.writer();
  if (rejects != nullptr && !rejects->flush()) throw Failure(Exit::runtime, rejects->error());
}

void Session::finish_output() {
  output_.expect_end();
  Writer* rejects = rejects_.writer();
  if (output_.failed() || (rejects != nullptr && rejects->failed())) {
    output_.close();  // what is in its buffer was promised; the library offers the rest in vain
    return;
  }
  batch_->deliver();
  engine_->flush();
  write_out();
  if (!output_.close()) throw Failure(Exit::runtime, output_.error());
  if (rejects != nullptr && !rejects->close()) throw Failure(Exit::runtime, rejects->error());
}

void Session::report() {
  const Report report = make_report();
  console_.line(summary_text(report));
  if (options_.strict && report.stats.rejected != 0 && exit_ == Exit::good) {
    exit_ = Exit::bad_input;
    print_error(
        fmt::format("{} events were rejected, which --strict forbids", report.stats.rejected));
  }
  if (options_.stats.empty()) return;
  try {
    write_whole(options_.stats, report_json(report));
  } catch (const Failure& failure) {
    print_error(failure.what());
    if (exit_ == Exit::good || exit_ == Exit::bad_input) exit_ = failure.exit();
  }
}

Report Session::make_report() const {
  Report report;
  report.version = library_.version();
  report.clock = event_clock_ ? "event" : "arrival";
  report.interrupted = stop_requested();
  report.failure = failure_;
  report.output_failed = output_.failed();
  report.seconds = static_cast<double>(clock_.elapsed()) * 1e-9;
  report.lines_out = engine_->lines_out();
  report.stats = engine_->stats();
  report.rules = engine_->rule_stats();
  report.sources = source_reports();
  report.output = output_.counts();
  report.dropped = live_.dropped();
  report.used_sockets = live_.any_datagrams();
  if (decoder_->stats().datagrams != 0 || used_capture_) {
    report.netflow = decoder_->stats();
  }
  if (used_capture_) report.capture = capture_;
  return report;
}

std::vector<SourceReport> Session::source_reports() const {
  std::vector<SourceReport> all = reports_;
  for (SourceReport& one : all) {
    const auto source = std::find_if(sources_.begin(), sources_.end(),
                                     [&](const ByteSource& s) { return s.name() == one.name; });
    if (source != sources_.end()) one.bytes = source->done();
  }
  for (SourceReport& one : live_.reports()) all.push_back(std::move(one));
  return all;
}

}  // namespace weir::host
