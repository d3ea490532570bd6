#include "engine/lateness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

#include "engine/engine.h"

namespace weir::engine {

namespace {

constexpr std::int64_t nanos_a_milli = 1'000'000;

// "12.3 s", without allocating.
class Seconds {
 public:
  explicit Seconds(Duration span) {
    const std::int64_t millis = span.nanos / nanos_a_milli;
    char* end =
        fmt::format_to_n(text_.data(), text_.size(), "{}.{:03}", millis / 1000, millis % 1000).out;
    while (end[-1] == '0') --end;
    if (end[-1] == '.') --end;
    size_ = static_cast<std::size_t>(end - text_.data());
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 32> text_{};
  std::size_t size_ = 0;
};

}  // namespace

Duration behind(const Value& timestamp, Time clock) noexcept {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / nanos_a_milli;
  const std::int64_t millis = (clock + Duration{nanos_a_milli - 1}).millis();
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(millis, timestamp.integer(), &difference)) difference = most;
  return {std::min(difference, most) * nanos_a_milli};
}

std::string_view lateness_problem(Duration behind, Duration allowed, Bump& memory) {
  std::array<char, 128> text;
  const auto made = fmt::format_to_n(
      text.data(), text.size(), "late: its time is {} s behind the clock; allowed_lateness is {} s",
      Seconds(behind).text(), Seconds(allowed).text());
  return memory.copy({text.data(), std::min(made.size, text.size())});
}

// The events of the range that are late, by the places on the line that they have now.
void Engine::find_late(const Ruleset& rules, Worker& worker, const Batch& batch, Duration shift,
                       Range range) {
  worker.counts.late = 0;
  if (!rules.event_time.allowed_lateness) return;
  for (std::size_t event = range.begin; event < range.end; ++event) {
    const Verdict verdict = batch.verdicts()[event];
    const Time line = worker.line[event];
    // Before the clock was ever moved nothing is behind it.
    const bool late = verdict != Verdict::rejected && verdict != Verdict::filtered &&
                      line.nanos != 0 &&
                      is_late(batch.row(event)[rules.timestamp], line + shift,
                              *rules.event_time.allowed_lateness);
    worker.late[event] = late;
    worker.counts.late += late ? 1 : 0;
  }
}

// What was read ahead has been offered to the rules before anybody knew the clock, so late events
// are taken away from them here, of all portions alike. If applying the rest fails, the portion is
// to be read again: the clock may be another then.
void Engine::strike_late(const Ruleset& rules, Worker& worker, Portion& portion, Duration shift,
                         Range range) {
  portion.version = 0;
  std::erase_if(portion.items, [&](const aggregate::Item& item) {
    return item.event >= range.begin && item.event < range.end && worker.late[item.event];
  });
  Batch& batch = portion.batch;
  const bool reject = rules.event_time.late_events == rule::LateEvents::reject;
  for (std::size_t event = range.begin; event < range.end; ++event) {
    if (!worker.late[event]) continue;
    batch.verdicts()[event] = Verdict::passed;
    if (!reject) continue;
    const Duration by = behind(batch.row(event)[rules.timestamp], worker.line[event] + shift);
    batch.reject(event, lateness_problem(by, *rules.event_time.allowed_lateness, batch.memory()));
  }
  if (!reject) worker.selection.make_passed_whole(rules, portion);
}

}  // namespace weir::engine
