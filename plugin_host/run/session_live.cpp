// The live half of a session: sockets and pipes together, and the end.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "output/whole_file.h"
#include "run/session.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kTickMilliseconds = 100;  // how late a bucket may close when no event comes
constexpr int kFullMilliseconds = 1;    // between looks whether rules have room for a file's lines
constexpr std::size_t kPipeRoom = std::size_t{256} << 10;  // of a pipe, at a time
constexpr std::int64_t kTick = std::int64_t{kTickMilliseconds} * 1'000'000;

}  // namespace

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
  const StoredState* stored = checkpoint_ ? checkpoint_->stored() : nullptr;
  if (stored != nullptr && !followed_->load(stored->run.files))
    throw checkpoint_->differs("it is of another version");
}

PresetsOf Session::presets() const {
  return [this](Format format) { return presets_of(library_, format); };
}

void Session::read_live() {
  engine_->forget_arrivals();
  live_.start(*engine_, *decoder_, clock_, console_, preset_ids(library_), options_.format);
  std::vector<char> room(kPipeRoom);
  for (ByteSource& source : sources_)
    if (!source.regular()) add_stream(source, room);
  // The follower is asked every turn, for it also looks at names; its events end the wait.
  if (followed_ && followed_->descriptor() >= 0) {
    live_.add(
        followed_->descriptor(), [] { return LiveInputs::Step::wait; }, [] {});
  }
  for (int wait = kTickMilliseconds; !stop_requested();) {
    live_.turn(wait);
    const bool more = followed_ && followed_->step();
    const bool full = more && engine_->room() == 0;
    wait = full ? kFullMilliseconds : more ? 0 : kTickMilliseconds;
    if (full) engine_->offer_waiting();
    tick();
  }
  live_.drain();
  if (followed_) followed_->finish(!checkpoint_);
}

// room: must stay until the end.
void Session::add_stream(ByteSource& source, std::span<char> room) {
  const bool lines = options_.format && is_lines(*options_.format);
  LineStream& stream =
      streams_.emplace_back(source, *engine_, presets(), lines ? options_.format : std::nullopt);
  const auto step_it = [this, &stream, room] {
    if (!step(stream, room)) return LiveInputs::Step::ended;
    return stream.ready() ? LiveInputs::Step::again : LiveInputs::Step::wait;
  };
  live_.add(source.descriptor(), step_it, [this, &stream, room] { finish(stream, room); });
}

// False when there is no more. One bad pipe does not cost the others, nor the sockets.
bool Session::step(LineStream& stream, std::span<char> room) {
  try {
    return stream.step(room, clock_.now());
  } catch (const Failure& failure) {
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);
    return false;
  }
}

void Session::finish(LineStream& stream, std::span<char> room) {
  try {
    stream.finish(room, clock_.now());
  } catch (const Failure& failure) {
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);
  }
}

void Session::tick() {
  batch_->deliver();
  reload();
  const std::int64_t elapsed = clock_.elapsed();
  if (elapsed >= next_tick_) {
    next_tick_ = elapsed + kTick;
    engine_->advance();
  }
  write_out();
  publish_if_due();
  remember_when_due();
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
  stays_open_ = checkpoint_ && whole_ && stop_requested();
  if (!stays_open_) flush();
  write_out();
  std::optional<RunState> last;
  if (checkpoint_ && whole_) last = current_state();
  output_.sync();  // closing tells whether it was
  if (rejects != nullptr) rejects->sync();
  if (!output_.close()) throw Failure(Exit::runtime, output_.error());
  if (rejects != nullptr && !rejects->close()) throw Failure(Exit::runtime, rejects->error());
  if (last) checkpoint_->write_last(*last, engine_->snapshot());
}

// Takes as long as rules need to ask about what closes. What leaves is written meanwhile, and
// whoever asks for the end does not wait for long.
void Session::flush() {
  constexpr std::int64_t soon = 5'000'000'000, piece = 100'000'000;
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  for (bool done = false; !done;) {
    const std::int64_t began = clock_.elapsed();
    const bool stopping = stop_requested();
    if (stopping) until = std::min(until, began + soon);
    done = engine_->flush(std::max<std::int64_t>(until - began, 0), [&] {
      return clock_.elapsed() - began > piece || (!stopping && stop_requested());
    });
    write_out();
    publish_if_due();
  }
}

void Session::report() {
  live_.ask_dropped();
  const Report report = make_report();
  console_.line(summary_text(report));
  if (options_.strict && report.stats.rejected != 0 && exit_ == Exit::good) {
    exit_ = Exit::bad_input;
    print_error(fmt::format("{} rejected, which --strict forbids",
                            report.stats.rejected == 1
                                ? "1 event was"
                                : fmt::format("{} events were", report.stats.rejected)));
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
  report.restored = checkpoint_ && checkpoint_->restored();
  if (stays_open_) report.state = checkpoint_->file();
  report.events_before = events_before_;
  report.output_failed = output_.failed();
  report.seconds = static_cast<double>(clock_.elapsed() - loaded_) * 1e-9;
  report.lines_out = engine_->lines_out();
  report.stats = engine_->stats();
  report.rules = engine_->rule_stats();
  report.enrichments = engine_->enrichment_stats();
  report.sources = source_reports();
  report.output = output_.counts();
  if (report.output) report.output->lines += lines_before_;
  // What the output did not take any more waits in the engine.
  if (report.output && report.output_failed) {
    const weir_stats& stats = report.stats;
    report.output->undelivered =
        stats.aggregated + stats.passed + stats.lone - report.output->lines;
  }
  report.dropped = live_.dropped();
  report.used_sockets = live_.any_datagrams();
  if (decoder_->stats().datagrams != 0 || used_capture_) {
    report.netflow = decoder_->stats();
  }
  if (used_capture_) report.capture = capture_;
  return report;
}

std::vector<SourceReport> Session::source_reports() const {
  std::vector<SourceReport> all;
  for (const InputState& input : inputs_) {
    if (!input.begun) continue;
    all.push_back(input.report);
    if (&input == reading_.input) all.back().counts = engine_->counts() - reading_.others;
  }
  if (followed_) {
    for (SourceReport& one : followed_->reports()) all.push_back(std::move(one));
  }
  for (SourceReport& one : other_reports()) all.push_back(std::move(one));
  return all;
}

// Sockets, and pipes beside them or beside followed files.
std::vector<SourceReport> Session::other_reports() const {
  std::vector<SourceReport> all;
  for (const LineStream& stream : streams_) {
    SourceReport& one = all.emplace_back();
    one.name = stream.source().name();
    if (stream.feed().format()) one.format = format_name(*stream.feed().format());
    one.bytes = stream.source().done();
    one.counts = stream.feed().counts();
  }
  for (SourceReport& one : live_.reports()) all.push_back(std::move(one));
  for (SourceReport& one : all) {
    for (const SourceReport& before : others_before_)
      if (before.name == one.name) one += before;
  }
  // Pipes are read behind the files, and this run may not have come so far.
  for (const SourceReport& before : others_before_) {
    const auto same = [&](const SourceReport& one) { return one.name == before.name; };
    if (before.counts.events != 0 && std::none_of(all.begin(), all.end(), same))
      all.push_back(before);
  }
  return all;
}

}  // namespace weir::host
