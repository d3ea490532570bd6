#include "run/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/diagnostics.h"
#include "failure.h"
#include "run/refusal.h"

namespace weir::host {
namespace {

void append(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

}  // namespace

Engine::Engine(const Library& library, const EngineSettings& settings, const Clock& clock,
               Output& output, Rejects& rejects, Console& console)
    : library_(library),
      clock_(clock),
      output_(output),
      rejects_(rejects),
      console_(console),
      event_clock_(settings.event_clock),
      engine_(nullptr, Destroy{&library}) {
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.clock = settings.event_clock ? WEIR_CLOCK_EVENT : WEIR_CLOCK_HOST;
  options.instance = {settings.instance.data(), settings.instance.size()};
  const std::string directory = directory_of(settings.rules);
  options.directory = {directory.data(), directory.size()};
  options.log = &Engine::log;
  options.log_user = this;
  weir_engine* engine = nullptr;
  weir_error error = new_error();
  const std::int32_t status = library_.create_engine(&options, &engine, &error);
  engine_.reset(engine);
  check(status, error);
  load(settings);
}

void Engine::load(const EngineSettings& settings) {
  const std::string& path = settings.rules;
  const std::string& document = settings.document;
  weir_error error = new_error();
  warned_ = false;
  loading_ = true;  // the warnings come below, with their columns
  const std::int32_t status =
      library_.load(engine_.get(), document.data(), document.size(), &error);
  loading_ = false;
  if (status != WEIR_OK) throw refusal(library_, path, document, error);
  find_asking();
  // Rows of lookups may take seconds to read once more, so only where there is something to show.
  if (!settings.warnings || !warned_) return;
  for (const Diagnostic& one : diagnose(library_, document, directory_of(path))) {
    std::string text = diagnostic_text(path, document, one);
    text.pop_back();  // the console ends lines itself
    console_.line(text);
  }
}

void Engine::feed(std::span<const weir_event> events) {
  source_ = "events";
  const weir_sink to = sink();
  weir_error error = new_error();
  while (!events.empty()) {
    const auto some = events.first(std::min(events.size(), at_once()));
    check(library_.feed(engine_.get(), some.data(), some.size(), now(), &to, nullptr, &error),
          error);
    make_room();
    events = events.subspan(some.size());
  }
}

std::size_t Engine::feed_ndjson(std::string_view bytes, bool last, NdjsonPosition& position) {
  source_ = position.source;
  position.cursor.struct_size = sizeof position.cursor;
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.feed_ndjson(engine_.get(), bytes.data(), bytes.size(), now(), last ? WEIR_LAST : 0,
                             &to, &position.cursor, &error),
        error);
  make_room();
  return position.cursor.consumed;
}

void Engine::feed_records(std::span<const weir_record> records, std::string_view source) {
  source_ = source;
  const weir_sink to = sink();
  weir_error error = new_error();
  while (!records.empty()) {
    const auto some = records.first(std::min(records.size(), at_once()));
    check(
        library_.feed_records(engine_.get(), some.data(), some.size(), now(), &to, nullptr, &error),
        error);
    make_room();
    records = records.subspan(some.size());
  }
}

Engine::Batch Engine::make_batch() const {
  weir_batch* batch = nullptr;
  weir_error error = new_error();
  check(library_.create_batch(engine_.get(), &batch, &error), error);
  return {batch, DestroyBatch{&library_}};
}

void Engine::read(weir_batch& batch, std::string_view bytes, bool last, weir_cursor& cursor) const {
  cursor.struct_size = sizeof cursor;
  weir_error error = new_error();
  check(library_.read_ndjson(&batch, bytes.data(), bytes.size(), last ? WEIR_LAST : 0, &cursor,
                             &error),
        error);
}

void Engine::read(weir_batch& batch, std::span<const weir_record> records) const {
  weir_error error = new_error();
  check(library_.read_records(&batch, records.data(), records.size(), &error), error);
}

void Engine::feed(weir_batch& batch, const NdjsonPosition& position) {
  source_ = position.source;
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.feed_batch(&batch, now(), position.cursor.lines, &to, &error), error);
  make_room();
}

std::string Engine::explain(weir_question question) {
  question.struct_size = sizeof question;
  if (question.now == 0) question.now = now();
  std::string answer;
  weir_error error = new_error();
  check(library_.explain(engine_.get(), &question, append, &answer, &error), error);
  return answer;
}

void Engine::move_to(std::int64_t now) {
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.advance(engine_.get(), now, &to, &error), error);
}

void Engine::offer_waiting() { move_to(event_clock_ ? 0 : clock_.now()); }

void Engine::advance() {
  if (event_clock_) return;
  const weir_sink to = sink();
  weir_error error = new_error();
  check(library_.advance(engine_.get(), clock_.now(), &to, &error), error);
}

bool Engine::flush(std::int64_t limit, const std::function<bool()>& pause) {
  const weir_sink to = sink();
  weir_error error = new_error();
  pause_ = &pause;
  const std::int32_t status = library_.flush(engine_.get(), limit, &to, &error);
  pause_ = nullptr;
  check(status, error);
  return status != WEIR_STOPPED;
}

std::string Engine::snapshot() const {
  std::string bytes;
  weir_error error = new_error();
  check(library_.snapshot(engine_.get(), append, &bytes, &error), error);
  return bytes;
}

void Engine::restore(std::string_view bytes) {
  weir_error error = new_error();
  check(library_.restore(engine_.get(), bytes.data(), bytes.size(), &error), error);
}

std::string Engine::metrics() const {
  std::string text;
  weir_error error = new_error();
  check(library_.get_metrics(engine_.get(), append, &text, &error), error);
  return text;
}

weir_stats Engine::stats() const {
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  weir_error error = new_error();
  check(library_.get_stats(engine_.get(), &stats, &error), error);
  return stats;
}

EventCounts Engine::counts() const {
  const weir_stats now = stats();
  return {now.events_in, now.rejected};
}

std::vector<weir_rule_stats> Engine::rule_stats() const {
  std::vector<weir_rule_stats> all;
  for (;;) {
    weir_rule_stats rule{};
    rule.struct_size = sizeof rule;
    weir_error error = new_error();
    const std::int32_t status = library_.get_rule_stats(engine_.get(), all.size(), &rule, &error);
    if (status == WEIR_NOT_FOUND) return all;
    check(status, error);
    all.push_back(rule);
  }
}

std::optional<weir_enrichment_stats> Engine::enrichment_stats(std::uint64_t place) const {
  weir_enrichment_stats rule{};
  rule.struct_size = sizeof rule;
  weir_error error = new_error();
  const std::int32_t status = library_.get_enrichment_stats(engine_.get(), place, &rule, &error);
  if (status == WEIR_NOT_FOUND) return std::nullopt;
  check(status, error);
  return rule;
}

std::vector<weir_enrichment_stats> Engine::enrichment_stats() const {
  std::vector<weir_enrichment_stats> all;
  while (const auto rule = enrichment_stats(all.size())) all.push_back(*rule);
  return all;
}

weir_sink Engine::sink() noexcept {
  weir_sink to{};
  to.struct_size = sizeof to;
  to.form = WEIR_FORM_NDJSON;
  to.accept = &Engine::accept;
  to.user = this;
  return to;
}

// Called by the library. No answer means failure, which ends the call that is running.
void Engine::accept(void* user, const weir_output* output, std::int32_t* answer) {
  Engine& self = *static_cast<Engine*>(user);
  if (output->kind == WEIR_OUTPUT_REJECTED) {
    if (!self.rejects_.add(self.source_, output->line, view(output->message),
                           view(output->bytes))) {
      return;
    }
  } else {
    if (!self.output_.append(view(output->bytes))) return;
    self.lines_out_ += output->count;
  }
  *answer = self.pause_ != nullptr && *self.pause_ && (*self.pause_)() ? WEIR_STOP : WEIR_ACCEPT;
}

void Engine::log(void* user, std::uint32_t level, const char* message, std::uint64_t size) {
  Engine& self = *static_cast<Engine*>(user);
  if (self.loading_) {
    self.warned_ = true;
    return;
  }
  self.console_.line(fmt::format("weir: {}{}", level == WEIR_LOG_WARNING ? "warning: " : "",
                                 std::string_view(message, size)));
}

void Engine::check(std::int32_t status, const weir_error& error) const {
  if (status == WEIR_OK || status == WEIR_STOPPED) return;
  if (status == WEIR_CALLBACK_FAILED && output_.failed()) {
    throw Failure(Exit::runtime, output_.error());
  }
  if (status == WEIR_CALLBACK_FAILED && rejects_.writer() != nullptr &&
      rejects_.writer()->failed()) {
    throw Failure(Exit::runtime, rejects_.writer()->error());
  }
  if (status == WEIR_NO_MEMORY) throw Failure(Exit::runtime, "out of memory");
  throw Failure(Exit::runtime, fmt::format("{} ({})", error.message, library_.status_name(status)));
}

}  // namespace weir::host
