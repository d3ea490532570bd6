#include "test/runner.h"

#include <fmt/format.h>

#include <utility>

#include "test/event.h"
#include "test/test_engine.h"

namespace weir::host {
namespace {

std::string counted(std::size_t count, std::string_view kind) {
  return fmt::format("{} {} event{}", count, kind, count == 1 ? "" : "s");
}

std::optional<Mismatch> feed(TestEngine& engine, const TestStep& step) {
  engine.feed(step.events, step.repeat);
  const TestEngine::Rejection rejection = engine.take_rejection();
  if (rejection.reason.empty()) return std::nullopt;
  std::uint64_t line = step.line;
  if (!step.event_lines.empty()) {
    line = step.event_lines[rejection.line % step.event_lines.size()];
  }
  return Mismatch{line, fmt::format("the event is rejected: {}", rejection.reason), {}, {}};
}

std::optional<Mismatch> expect(const std::vector<Event>& got, std::string_view kind,
                               const TestStep& step) {
  const std::vector<Event> expected = read_events(step.events);
  std::vector<Pair> pairs = compare(expected, got);
  if (all_same(pairs)) return std::nullopt;
  return Mismatch{step.line,
                  fmt::format("{} expected, {} came", counted(expected.size(), kind),
                              got.empty() ? "none" : std::to_string(got.size())),
                  std::move(pairs), step.event_lines};
}

std::optional<Mismatch> run_step(TestEngine& engine, const TestStep& step) {
  switch (step.action) {
    case TestStep::Action::feed:
      return feed(engine, step);
    case TestStep::Action::advance:
      engine.advance(step.nanos);
      return std::nullopt;
    case TestStep::Action::flush:
      engine.flush();
      return std::nullopt;
    case TestStep::Action::expect:
      return expect(engine.take_aggregated(), "aggregated", step);
    case TestStep::Action::expect_passed:
      return expect(engine.take_passed(), "passed", step);
  }
  return std::nullopt;
}

std::optional<Mismatch> left_over(const std::vector<Event>& came, std::string_view kind,
                                  std::string_view step, const TestCase& test) {
  if (came.empty()) return std::nullopt;
  std::vector<Pair> pairs = compare({}, came);
  return Mismatch{
      test.line,
      fmt::format("at its end {} {} left over; add '{}' for {}", counted(pairs.size(), kind),
                  pairs.size() == 1 ? "is" : "are", step, pairs.size() == 1 ? "it" : "them"),
      std::move(pairs),
      {}};
}

std::optional<Mismatch> still_held(std::uint64_t held, const TestCase& test) {
  if (held == 0) return std::nullopt;
  return Mismatch{test.line,
                  fmt::format("at its end {} event{} for an answer from the network; add 'flush', "
                              "which waits for answers, before what is expected",
                              held, held == 1 ? " waits" : "s wait"),
                  {},
                  {}};
}

}  // namespace

std::optional<Mismatch> run_test(const Library& library, const std::string& path,
                                 const std::string& document, const TestCase& test) {
  TestEngine engine(library, path, document);
  for (const TestStep& step : test.steps) {
    if (auto mismatch = run_step(engine, step)) return mismatch;
  }
  if (auto mismatch = left_over(engine.take_aggregated(), "aggregated", "expect", test)) {
    return mismatch;
  }
  if (auto mismatch = left_over(engine.take_passed(), "passed", "expect_passed", test)) {
    return mismatch;
  }
  return still_held(engine.held_events(), test);
}

}  // namespace weir::host
