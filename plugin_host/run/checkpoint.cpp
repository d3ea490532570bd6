#include "run/checkpoint.h"

#include <fmt/format.h>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

std::string shown(std::string_view name) {
  return name.empty() ? std::string("none") : fmt::format("'{}'", name);
}

}  // namespace

Checkpoint::Checkpoint(const RunOptions& options, const Clock& clock, Console& console)
    : clock_(clock),
      console_(console),
      interval_(options.checkpoint),
      folder_(options.state),
      stored_(folder_.load()),
      restored_(stored_.has_value()),
      has_one_(restored_),
      next_(options.checkpoint) {
  counts_.last = clock.now();
  if (stored_) check(options);
}

Failure Checkpoint::differs(const std::string& what) const {
  return Failure(Exit::bad_input,
                 fmt::format("cannot go on from '{0}': {1}; give the run what it had before, or "
                             "remove '{0}' to begin anew, with an empty output",
                             file(), what));
}

void Checkpoint::check(const RunOptions& options) const {
  const RunState now = named_state(options);
  const RunState& before = stored_->run;
  const auto same = [&](std::string_view what, const std::string& had, const std::string& has) {
    if (had != has) {
      throw differs(fmt::format("its {} was {}, and is {} now", what, shown(had), shown(has)));
    }
  };
  same("output", before.output.name, now.output.name);
  same("file of rejected lines", before.rejects.name, now.rejects.name);
  same("--format", before.format, now.format);
  check_inputs(options);
}

// More of them may follow behind those that there were. Files that are followed come and go, and
// with them the compressed ones that a pattern matches.
void Checkpoint::check_inputs(const RunOptions& options) const {
  const RunState now = named_state(options);
  const RunState& before = stored_->run;
  const auto check_one = [&](const std::string& had, const std::string* has) {
    if (has == nullptr) throw differs(fmt::format("its input '{}' is not named any more", had));
    if (*has != had) throw differs(fmt::format("its input '{}' comes where '{}' was", *has, had));
  };
  for (std::size_t i = 0; i < before.followed.size(); ++i)
    check_one(before.followed[i], i < now.followed.size() ? &now.followed[i] : nullptr);
  if (!before.followed.empty() || !now.followed.empty()) return;
  for (std::size_t i = 0; i < before.inputs.size(); ++i)
    check_one(before.inputs[i].name, i < now.inputs.size() ? &now.inputs[i].name : nullptr);
}

void Checkpoint::write(const RunState& state, std::string_view engine) {
  try {
    folder_.save(state, engine);
    has_one_ = true;
    warned_ = -1;
    counts_.last = clock_.now();
    ++counts_.written;
  } catch (const Failure& failure) {
    put_off(failure.what());
  }
  next_ = clock_.elapsed() + interval_;
}

void Checkpoint::put_off(const std::string& reason) {
  const std::int64_t now = clock_.elapsed();
  next_ = now + interval_;
  ++counts_.failed;
  if (warned_ >= 0 && now - warned_ < kMinute) return;
  warned_ = now;
  console_.line(fmt::format("weir: warning: {}; {}", reason,
                            has_one_ ? "the state before is kept"
                                     : "there is none before, and a crash would begin anew"));
}

RunState named_state(const RunOptions& options) {
  RunState state;
  if (options.format) state.format = format_name(*options.format);
  for (const InputName& input : options.inputs) {
    InputState& one = state.inputs.emplace_back();
    one.name = input.text;
    one.known = false;
  }
  state.followed = options.follow;
  state.output.name = options.output;
  state.rejects.name = options.rejects;
  return state;
}

bool is_same_file(const InputState& input, std::string_view beginning,
                  std::uint64_t size) noexcept {
  return size >= input.report.bytes && beginning.size() >= input.beginning.size &&
         Fingerprint::of(beginning.substr(0, input.beginning.size)) == input.beginning;
}

}  // namespace weir::host
