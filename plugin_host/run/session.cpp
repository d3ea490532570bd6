#include "run/session.h"

#include <fmt/format.h>

#include <optional>

#include "input/line_blocks.h"
#include "input/ndjson.h"
#include "input/netflow/datagram_file.h"
#include "output/whole_file.h"
#include "run/stop.h"

namespace weir::host {
namespace {

// 0 when a pipe is among them: then nobody knows.
std::uint64_t total_size(const std::vector<ByteSource>& sources) {
  std::uint64_t total = 0;
  for (const ByteSource& source : sources) {
    if (!source.regular()) return 0;
    total += source.size();
  }
  return total;
}

}  // namespace

Session::Session(const Library& library, const RunOptions& options)
    : library_(library),
      options_(options),
      console_(options.progress),
      output_(options.output, options.output_buffer,
              [this](const std::string& text) { console_.line(text); }),
      rejects_(options.rejects, [this](const std::string& text) { console_.line(text); }) {
  open_inputs();
  event_clock_ = options.event_clock.value_or(!live());
  const EngineSettings settings{options.rules, read_file(options.rules), options.instance,
                                event_clock_};
  engine_ = std::make_unique<Engine>(library, settings, clock_, output_, rejects_, console_);
  batch_ = std::make_unique<FlowBatch>(
      flow_field_ids([&](std::string_view name) { return field_id(library, name); }),
      [this](std::span<const weir_event> events) { engine_->feed(events); });
  decoder_ = std::make_unique<Decoder>(*batch_);
  progress_ = std::make_unique<Progress>(console_, clock_, *engine_, total_size(sources_));
  open_outputs();
}

// Last, and emptied only when every one of them is open: a name or a rule that is wrong must not
// cost the output of the run before.
void Session::open_outputs() {
  Writer* rejects = rejects_.writer();
  if (!options_.stats.empty()) probe_whole(options_.stats);
  if (rejects != nullptr) rejects->open_untouched();
  output_.open_untouched();
  if (rejects != nullptr) rejects->truncate();
  output_.truncate();
}

void Session::open_inputs() {
  sources_.reserve(options_.inputs.size());  // readers keep references
  for (const InputName& name : options_.inputs) {
    if (is_socket(name.kind)) {
      live_.open(name);
    } else {
      sources_.emplace_back(name.text, open_for_reading(name.text));
    }
  }
}

bool Session::live() const noexcept {
  if (!live_.empty()) return true;
  for (const ByteSource& source : sources_) {
    if (!source.regular()) return true;
  }
  return false;
}

Exit Session::run() {
  try {
    read_all();
  } catch (const Failure& failure) {
    fail(failure);
  }
  try {
    finish_output();
  } catch (const Failure& failure) {
    fail(failure);
  }
  report();
  return exit_;
}

void Session::fail(const Failure& failure) {
  console_.clear();
  print_error(failure.what());
  exit_ = failure.exit();
  failure_ = failure.what();
}

void Session::read_all() {
  for (ByteSource& source : sources_) {
    if (stop_requested()) break;
    if (!source.regular() && !live_.empty()) continue;  // read_live() has it
    try {
      read_in_turn(source);
    } catch (const Failure& failure) {
      if (failure.exit() != Exit::bad_input) throw;
      fail(failure);  // what was read before counts, and the other inputs may be good
    }
    batch_->deliver();
    done_bytes_ += source.done();
  }
  if (!live_.empty() && !stop_requested()) read_live();
}

void Session::read_in_turn(ByteSource& source) {
  source.set_idle([this] { tick(); });
  engine_->forget_arrivals();
  const std::optional<Format> format = options_.format ? options_.format : find_format(source);
  report_source(source, format);
  if (!format) return;
  if (is_lines(*format)) return read_ndjson(source);
  switch (*format) {
    case Format::netflow:
      read_datagram(source, *decoder_,
                    [this](const std::string& text) { console_.line("weir: warning: " + text); });
      break;
    default:
      used_capture_ = true;
      const auto arrived = [&](std::int64_t time) { engine_->note_arrival(time); };
      read_capture(source, options_.netflow_ports, *decoder_, capture_, arrived, [&] {
        if (!source.regular()) tick();
        progress_->show(done_bytes_ + source.done());
      });
      break;
  }
}

void Session::read_ndjson(ByteSource& source) {
  if (options_.workers > 1) return read_with_workers(source);
  NdjsonReader reader(source, *engine_);
  while (reader.step()) {
    if (!source.regular()) tick();
    progress_->show(done_bytes_ + source.done());
  }
}

void Session::read_with_workers(ByteSource& source) {
  if (!workers_) workers_ = std::make_unique<LineWorkers>(*engine_, options_.workers);
  source.set_idle([this] { workers_->while_waiting([this] { tick(); }); });
  LineBlocks blocks(source);
  workers_->run(
      source.name(), [&](LineBlock& block) { return blocks.next(block); },
      [&](const LineBlock& block) {
        if (!source.regular()) tick();
        progress_->show(done_bytes_ + block.source_bytes);
      });
}

// Those that the library knows.
PresetIds Session::presets() const {
  try {
    return preset_ids(library_);
  } catch (const Failure&) {
    return {};
  }
}

void Session::report_source(const ByteSource& source, std::optional<Format> format) {
  SourceReport report;
  report.name = source.name();
  report.format = format ? format_name(*format) : "unknown";
  reports_.push_back(report);
}

}  // namespace weir::host
