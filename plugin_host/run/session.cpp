#include "run/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "input/line_blocks.h"
#include "input/netflow/datagram_file.h"
#include "input/short_blocks.h"
#include "output/whole_file.h"
#include "run/intake.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::size_t kOpenInputs = 256;  // a process may have 1,024 files open by default

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
  if (!options.state.empty()) checkpoint_ = std::make_unique<Checkpoint>(options, clock_, console_);
  restore_inputs();
  open_inputs();
  open_metrics();
  event_clock_ = options.event_clock.value_or(!live());
  reload_ = std::make_unique<RuleReload>(library, options.rules, options.watch, console_);
  const EngineSettings settings{options.rules, reload_->document(), options.instance, event_clock_};
  engine_ = std::make_unique<Engine>(library, settings, clock_, output_, rejects_, console_);
  loaded_ = clock_.elapsed();
  batch_ = std::make_unique<FlowBatch>(
      flow_field_ids([&](std::string_view name) { return field_id(library, name); }),
      [this](std::span<const weir_event> events) { engine_->feed(events); });
  decoder_ = std::make_unique<Decoder>(*batch_);
  progress_ = std::make_unique<Progress>(console_, clock_, *engine_, total_size(sources_));
  restore();
  open_outputs();
  if (!options.follow.empty()) open_followed();
  if (checkpoint_) checkpoint_->release();
  start_metrics();
}

// Last, and emptied only when every one of them is open: a name or a rule that is wrong must not
// cost the output of the run before.
void Session::open_outputs() {
  Writer* rejects = rejects_.writer();
  if (!options_.stats.empty()) probe_whole(options_.stats);
  if (rejects != nullptr) rejects->open_untouched();
  output_.open_untouched();
  resume_outputs();
}

void Session::open_inputs() {
  sources_.reserve(options_.inputs.size());  // readers keep references
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const InputName& name = options_.inputs[i];
    if (is_socket(name.kind)) {
      live_.open(name);
      continue;
    }
    try {
      ByteSource source(name.text, open_for_reading(name.text));
      if (!continues(source, inputs_[i], name)) continue;
      sources_.push_back(std::move(source));
      source_inputs_.push_back(&inputs_[i]);
      if (sources_.size() > kOpenInputs) sources_.back().park();
    } catch (const Failure& failure) {
      if (!name.matched) throw;
      fail(failure);  // nobody has named it, and the others may be good
    }
  }
}

bool Session::live() const noexcept {
  if (!live_.empty() || !options_.follow.empty()) return true;
  for (const ByteSource& source : sources_) {
    if (!source.regular()) return true;
  }
  return false;
}

Exit Session::run() {
  try {
    read_all();
  } catch (const Failure& failure) {
    whole_ = false;
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
  publish();
}

void Session::show_progress(InputState& input, std::uint64_t bytes) {
  input.report.bytes = reading_.bytes + bytes;
  progress_->show(done_bytes_ + bytes);
  publish_if_due();
}

void Session::read_all() {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    ByteSource& source = sources_[i];
    if (stop_requested()) break;
    if (!source.regular() && together()) continue;  // read_live() has it
    engine_->wait_for_room(true);
    read_source(source, *source_inputs_[i]);
    engine_->wait_for_room(false);
    done_bytes_ += source_inputs_[i]->report.bytes;
    source.close();
  }
  if (together() && !stop_requested()) read_live();
}

void Session::read_source(ByteSource& source, InputState& input) {
  // What grows is what has lines or packets.
  const bool grows = input.report.format != format_name(Format::netflow);
  if (input.finished && (source.size() == input.size || !grows)) return;
  input.begun = true;
  input.finished = false;
  SourceReport& report = input.report;
  report.name = source.name();
  reading_ = {&input, engine_->counts() - report.counts, source.regular() ? 0 : report.bytes};
  const auto finish = [&] {
    report.bytes = reading_.bytes + source.done();
    report.counts = engine_->counts() - reading_.others;
    reading_ = {};
    if (!options_.format) warn_of_guess(report);
  };
  try {
    read_in_turn(source, input);
    input.finished = source.regular() && !stop_requested();
    input.size = std::max(source.size(), source.done());
  } catch (const Failure& failure) {
    finish();
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);  // what was read before counts, and the other inputs may be good
  }
  batch_->deliver();
  finish();
  remember_when_due();
}

// When nothing could be read, the format that was found may be the reason.
void Session::warn_of_guess(const SourceReport& report) {
  const EventCounts& counts = report.counts;
  if (counts.events == 0 || counts.rejected != counts.events) return;
  console_.line(
      fmt::format("weir: warning: all of {} was rejected; its first bytes made it {}: if "
                  "it is something else, name that with --format",
                  report.name == "-" ? "standard input" : "'" + report.name + "'", report.format));
}

void Session::read_in_turn(ByteSource& source, InputState& input) {
  source.set_idle([this] { tick(); });
  engine_->forget_arrivals();
  std::optional<Format> format = options_.format;
  if (!format)
    format = input.position != 0 ? parse_format(input.report.format) : find_format(source);
  if (!format) return;
  input.report.format = format_name(*format);
  if (is_lines(*format)) return read_lines(source, *format, input);
  switch (*format) {
    case Format::netflow:
      read_datagram(source, *decoder_,
                    [this](const std::string& text) { console_.line("weir: warning: " + text); });
      break;
    default:
      used_capture_ = true;
      engine_->note_arrival(input.arrived);
      const auto arrived = [&](std::int64_t time) { engine_->note_arrival(time); };
      const auto progress = [&] {
        input.arrived = engine_->arrived();
        show_progress(input, source.done());
        source.regular() ? between_pieces() : tick();
      };
      read_capture(source, options_.netflow_ports, *decoder_, capture_, arrived, progress,
                   input.position);
      input.arrived = engine_->arrived();
      break;
  }
}

// One way for every format of lines, and for any number of workers.
void Session::read_lines(ByteSource& source, Format format, InputState& input) {
  if (input.position != 0) source.skip(input.position);
  LineBlocks blocks(source, input.position);
  // A signal leaves the rest of a file, also of a block; what was read of a pipe is fed.
  ShortBlocks few([&](LineBlock& block) { return blocks.next(block); },
                  [&] { return engine_->at_once(); });
  const auto next = [&](LineBlock& block) {
    if (source.regular() && stop_requested()) return false;
    if (!few.next(block)) return false;
    block.arrived = source.regular() ? source.modified() : clock_.now();
    return true;
  };
  const auto applied = [&](const LineBlock& block, const LineState& behind) {
    input.position = block.position;
    input.lines = behind;
    show_progress(input, block.source_bytes);
    source.regular() ? between_pieces() : tick();
  };
  const PresetIds ids = presets()(format);
  if (options_.workers > 1) {
    if (!workers_) workers_ = std::make_unique<LineWorkers>(*engine_, options_.workers);
    source.set_idle([this] { workers_->while_waiting([this] { tick(); }); });
    return workers_->run({source.name(), format, ids, input.lines}, next, applied);
  }
  Intake intake(*engine_, ids, source.name(), format);
  intake.resume(input.lines);
  LineBlock block;
  while (next(block)) {
    intake.feed(block.bytes, block.last, block.arrived);
    applied(block, intake.state());
  }
}

}  // namespace weir::host
