// What a session remembers of itself, and how it goes on from what another one has remembered.
#include <fmt/format.h>

#include <algorithm>

#include "run/session.h"
#include "run/stop.h"

namespace weir::host {
namespace {

OutputState output_state(const std::string& name, const Output& output) {
  const auto file = state_of(output.descriptor());
  return {name, output.keeps(), file ? file->identity.inode : 0, output.position()};
}

OutputState rejects_state(const std::string& name, const Writer* rejects) {
  if (rejects == nullptr) return {name};
  const auto file = state_of(rejects->descriptor());
  return {name, rejects->keeps(), file ? file->identity.inode : 0, rejects->position()};
}

const char* clock_name(bool event_clock) noexcept { return event_clock ? "event" : "arrival"; }

void check_output(const Checkpoint& checkpoint, const OutputState& output) {
  if (!output.kept) return;
  const auto file = state_of(output.name);
  if (!file) throw checkpoint.differs(fmt::format("'{}' is not there any more", output.name));
  if (file->identity.inode != output.inode)
    throw checkpoint.differs(fmt::format("'{}' is another file than before", output.name));
  if (file->size < output.bytes) {
    throw checkpoint.differs(
        fmt::format("'{}' has {} bytes, and had {}", output.name, file->size, output.bytes));
  }
}

}  // namespace

// Inputs are known by their places, beside followed files by their names.
void Session::restore_inputs() {
  inputs_ = named_state(options_).inputs;
  const StoredState* stored = checkpoint_ ? checkpoint_->stored() : nullptr;
  if (stored == nullptr) return;
  const std::vector<InputState>& before = stored->run.inputs;
  if (options_.follow.empty()) {
    std::copy(before.begin(), before.end(), inputs_.begin());
    return;
  }
  for (InputState& input : inputs_) {
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const InputState& one) { return one.name == input.name; });
    if (same != before.end()) input = *same;
  }
}

// Whether the input is to be read: it is what it was, or nobody has begun it. A compressed file
// that a pattern matches beside followed ones is left if it came later: it is what was followed.
bool Session::continues(ByteSource& source, InputState& input, const InputName& name) const {
  const bool restored = checkpoint_ && checkpoint_->stored() != nullptr;
  const bool may_be_left = restored && !options_.follow.empty() && name.matched;
  if (may_be_left && !input.known) return false;
  if (!source.regular()) {
    input.position = 0;
    input.finished = false;
    input.lines = {};
    return true;
  }
  if (!checkpoint_) return true;
  const std::string beginning = source.beginning(kFingerprint);
  if (input.begun && !is_same_file(input, beginning, source.size())) {
    if (may_be_left) return false;
    const bool shorter = source.size() < input.report.bytes;
    throw checkpoint_->differs(
        shorter ? fmt::format("its input '{}' has {} bytes, of which {} were read", name.text,
                              source.size(), input.report.bytes)
                : fmt::format("its input '{}' is another file than before", name.text));
  }
  input.beginning = Fingerprint::of(beginning);
  return true;
}

// Behind this nothing but the outputs is as it was not.
void Session::restore() {
  const StoredState* stored = checkpoint_ ? checkpoint_->stored() : nullptr;
  if (stored == nullptr) return;
  const RunState& run = stored->run;
  if (run.event_clock != event_clock_)
    throw checkpoint_->differs(fmt::format("its --clock was {}, and is {} now",
                                           clock_name(run.event_clock), clock_name(event_clock_)));
  check_output(*checkpoint_, run.output);
  check_output(*checkpoint_, run.rejects);
  try {
    engine_->restore(stored->engine);
  } catch (const Failure& failure) {
    throw Failure(Exit::bad_input,
                  fmt::format("cannot go on from '{0}': {1}; remove it to begin anew, with an "
                              "empty output",
                              checkpoint_->file(), failure.what()));
  }
  if (!decoder_->load(run.decoder)) throw checkpoint_->differs("it is of another version");
  engine_->resume(run.lines_out);
  lines_before_ = run.lines_out;
  rejects_.resume(run.rejected);
  capture_ = run.capture;
  used_capture_ = run.used_capture;
  others_before_ = run.others;
  events_before_ = engine_->counts().events;
}

// Cuts the outputs back to what the state knows of, or empties them.
void Session::resume_outputs() {
  const StoredState* stored = checkpoint_ ? checkpoint_->stored() : nullptr;
  const OutputState none;
  const OutputState& rejected = stored == nullptr ? none : stored->run.rejects;
  const OutputState& written = stored == nullptr ? none : stored->run.output;
  if (Writer* rejects = rejects_.writer())
    rejected.kept ? rejects->resume(rejected.bytes) : rejects->truncate();
  written.kept ? output_.resume(written.bytes) : output_.truncate();
  if (!checkpoint_) return;
  if (stored != nullptr) {
    console_.line(fmt::format("going on from '{}', behind {} {}", checkpoint_->file(),
                              events_before_, events_before_ == 1 ? "event" : "events"));
  }
  if (output_.keeps()) return;
  console_.line(
      fmt::format("weir: warning: {} cannot be cut back: after a crash some events come to "
                  "it twice, aggregated ones with the same ID",
                  options_.output == "-" ? "standard output" : "'" + options_.output + "'"));
}

void Session::remember_when_due() {
  if (!checkpoint_ || !checkpoint_->due()) return;
  batch_->deliver();
  write_out();
  Writer* rejects = rejects_.writer();
  if (rejects != nullptr && !rejects->sync()) throw Failure(Exit::runtime, rejects->error());
  if (!output_.sync()) {
    if (output_.failed()) throw Failure(Exit::runtime, output_.error());
    return checkpoint_->put_off("the state waits for '" + options_.output +
                                "' to take the events before it");
  }
  try {
    checkpoint_->write(current_state(), engine_->snapshot());
  } catch (const Failure& failure) {
    checkpoint_->put_off(failure.what());
  }
}

RunState Session::current_state() const {
  RunState state = named_state(options_);
  state.event_clock = event_clock_;
  state.inputs = inputs_;
  if (reading_.input != nullptr) {
    const auto place = static_cast<std::size_t>(reading_.input - inputs_.data());
    state.inputs[place].report.counts = engine_->counts() - reading_.others;
  }
  state.output = output_state(options_.output, output_);
  state.rejects = rejects_state(options_.rejects, rejects_.writer());
  state.lines_out = engine_->lines_out();
  state.rejected = rejects_.count();
  state.used_capture = used_capture_;
  state.capture = capture_;
  state.decoder = decoder_->save();
  if (followed_) state.files = followed_->save();
  state.others = other_reports();
  return state;
}

}  // namespace weir::host
