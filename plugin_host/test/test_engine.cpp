#include "test/test_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "commands/diagnostics.h"
#include "failure.h"
#include "run/refusal.h"

namespace weir::host {
namespace {

constexpr std::int64_t kStart = 946'684'800'000'000'000;      // 2000-01-01T00:00:00Z
constexpr std::size_t kRepeatBlock = std::size_t{256} << 10;  // fed at once

}  // namespace

TestEngine::TestEngine(const Library& library, const std::string& path, const std::string& document)
    : library_(library), engine_(nullptr, Destroy{&library}), now_(kStart) {
  constexpr std::string_view instance = "test";  // so that IDs are the same everywhere
  const std::string directory = directory_of(path);
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.instance = {instance.data(), instance.size()};
  options.directory = {directory.data(), directory.size()};
  weir_engine* engine = nullptr;
  weir_error error = new_error();
  const std::int32_t created = library_.create_engine(&options, &engine, &error);
  engine_.reset(engine);
  check(created, error);
  const std::int32_t status =
      library_.load(engine_.get(), document.data(), document.size(), &error);
  if (status != WEIR_OK) throw refusal(library_, path, document, error);
  advance(0);
}

void TestEngine::feed(std::string_view lines, std::uint64_t repeat) {
  if (lines.empty()) return;
  const std::uint64_t at_once =
      std::clamp<std::uint64_t>(kRepeatBlock / lines.size(), 1, std::max<std::uint64_t>(repeat, 1));
  std::string block;
  for (std::uint64_t i = 0; i < at_once; ++i) block += lines;
  for (std::uint64_t left = repeat; left > 0;) {
    const std::uint64_t times = std::min(left, at_once);
    weir_cursor cursor{};
    cursor.struct_size = sizeof cursor;
    const weir_sink to = sink();
    weir_error error = new_error();
    check(library_.feed_ndjson(engine_.get(), block.data(), times * lines.size(), now_, 0, &to,
                               &cursor, &error),
          error);
    left -= times;
  }
}

void TestEngine::advance(std::int64_t nanos) {
  now_ += nanos;
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.advance(engine_.get(), now_, &to, &error), error);
}

void TestEngine::flush() {
  constexpr std::int64_t timeout = 5'000'000'000;  // for enrichments that are under way
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.flush(engine_.get(), timeout, &to, &error), error);
}

std::uint64_t TestEngine::held_events() const {
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  weir_error error = new_error();
  check(library_.get_stats(engine_.get(), &stats, &error), error);
  return stats.held_events;
}

weir_sink TestEngine::sink() noexcept {
  weir_sink to{};
  to.struct_size = sizeof to;
  to.form = WEIR_FORM_EVENTS;
  to.accept = &TestEngine::accept;
  to.user = this;
  return to;
}

// Called by the library. No answer means failure, which ends the call that is running.
void TestEngine::accept(void* user, const weir_output* output, std::int32_t* answer) noexcept {
  try {
    static_cast<TestEngine*>(user)->keep(*output);
    *answer = WEIR_ACCEPT;
  } catch (const std::exception&) {
  }
}

void TestEngine::keep(const weir_output& output) {
  if (output.kind == WEIR_OUTPUT_AGGREGATED) {
    aggregated_.push_back(event_of(library_, output.event));
  } else if (output.kind == WEIR_OUTPUT_BASE) {
    passed_.push_back(event_of(library_, output.event, view(output.bytes)));
  } else if (rejection_.reason.empty()) {
    rejection_ = {std::string(view(output.message)), output.line == 0 ? 0 : output.line - 1};
  }
}

void TestEngine::check(std::int32_t status, const weir_error& error) const {
  if (status == WEIR_OK) return;
  throw Failure(Exit::runtime, fmt::format("{} ({})", error.message, library_.status_name(status)));
}

}  // namespace weir::host
