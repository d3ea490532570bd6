#include "run/session.h"

#include <fmt/format.h>

#include <optional>

#include "input/line_blocks.h"
#include "input/netflow/datagram_file.h"
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
  open_outputs();
  if (!options.follow.empty()) open_followed();
  start_metrics();
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
      continue;
    }
    try {
      sources_.emplace_back(name.text, open_for_reading(name.text));
      if (sources_.size() > kOpenInputs) sources_.back().park();
    } catch (const Failure& failure) {
      if (!name.matched) throw;
      fail(failure);  // nobody has named it, and the others may be good
    }
  }
}

// Behind the outputs, which a pattern must not take.
void Session::open_followed() {
  FollowedSources::Settings settings;
  settings.paths = options_.follow;
  for (const InputName& input : options_.inputs) settings.read.push_back(input.text);
  for (const int descriptor :
       {output_.descriptor(), rejects_.writer() ? rejects_.writer()->descriptor() : -1}) {
    if (const auto state = state_of(descriptor)) settings.excluded.push_back(state->identity);
  }
  settings.format = options_.format;
  settings.warn = [this](const std::string& text) { console_.line("weir: warning: " + text); };
  settings.fail = [this](const Failure& failure) { fail(failure); };
  followed_ = std::make_unique<FollowedSources>(*engine_, presets(), clock_, std::move(settings));
}

PresetsOf Session::presets() const {
  return [this](Format format) { return presets_of(library_, format); };
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

void Session::show_progress(std::uint64_t bytes) {
  progress_->show(done_bytes_ + bytes);
  read_bytes_ = bytes;
  publish_if_due();
}

void Session::read_all() {
  reports_.reserve(sources_.size());
  for (ByteSource& source : sources_) {
    if (stop_requested()) break;
    if (!source.regular() && together()) continue;  // read_live() has it
    engine_->wait_for_room(true);
    read_source(source);
    engine_->wait_for_room(false);
    done_bytes_ += source.done();
    source.close();
  }
  if (together() && !stop_requested()) read_live();
}

void Session::read_source(ByteSource& source) {
  SourceReport& report = reports_.emplace_back();
  report.name = source.name();
  counts_before_ = engine_->counts();
  read_bytes_ = 0;
  reading_ = true;
  const auto finish = [&] {
    reading_ = false;
    report.bytes = source.done();
    report.counts = engine_->counts() - counts_before_;
    if (!options_.format) warn_of_guess(report);
  };
  try {
    read_in_turn(source, report);
  } catch (const Failure& failure) {
    finish();
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);  // what was read before counts, and the other inputs may be good
  }
  batch_->deliver();
  finish();
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

void Session::read_in_turn(ByteSource& source, SourceReport& report) {
  source.set_idle([this] { tick(); });
  engine_->forget_arrivals();
  const std::optional<Format> format = options_.format ? options_.format : find_format(source);
  if (!format) return;
  report.format = format_name(*format);
  if (is_lines(*format)) return read_lines(source, *format);
  switch (*format) {
    case Format::netflow:
      read_datagram(source, *decoder_,
                    [this](const std::string& text) { console_.line("weir: warning: " + text); });
      break;
    default:
      used_capture_ = true;
      const auto arrived = [&](std::int64_t time) { engine_->note_arrival(time); };
      read_capture(source, options_.netflow_ports, *decoder_, capture_, arrived, [&] {
        show_progress(source.done());
        source.regular() ? reload() : tick();
      });
      break;
  }
}

// One way for every format of lines, and for any number of workers.
void Session::read_lines(ByteSource& source, Format format) {
  LineBlocks blocks(source);
  const auto next = [&](LineBlock& block) {
    if (!blocks.next(block)) return false;
    block.arrived = source.regular() ? source.modified() : clock_.now();
    return true;
  };
  const auto applied = [&](const LineBlock& block) {
    show_progress(block.source_bytes);
    source.regular() ? reload() : tick();
  };
  const PresetIds ids = presets()(format);
  if (options_.workers > 1) {
    if (!workers_) workers_ = std::make_unique<LineWorkers>(*engine_, options_.workers);
    source.set_idle([this] { workers_->while_waiting([this] { tick(); }); });
    return workers_->run({source.name(), format, ids}, next, applied);
  }
  Intake intake(*engine_, ids, source.name(), format);
  LineBlock block;
  while (next(block)) {
    intake.feed(block.bytes, block.last, block.arrived);
    applied(block);
  }
}

}  // namespace weir::host
