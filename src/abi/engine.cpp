// Exported functions of an engine: each is a guard around one call.

#include <algorithm>

#include "abi/checks.h"
#include "abi/handles.h"
#include "engine/additions.h"

using namespace weir;
using namespace weir::abi;

namespace {

bool cpu_is_good_enough() noexcept {
#if defined(__x86_64__) && defined(__AVX2__)
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0;
#elif defined(__x86_64__) && defined(__SSE4_2__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return true;
#endif
}

engine::Options options_of(const weir_engine_options* given) {
  const weir_engine_options known = read_struct(
      given, "weir_engine_options.struct_size is wrong; set it to sizeof(weir_engine_options)");
  engine::Options options;
  if (known.clock > WEIR_CLOCK_EVENT)
    refuse("options.clock is unknown; use WEIR_CLOCK_HOST or WEIR_CLOCK_EVENT");
  if (known.max_future_skew < 0) refuse("options.max_future_skew is negative; use 0 for one hour");
  options.bounds = {known.max_groups, known.max_bytes};
  if (known.clock == WEIR_CLOCK_EVENT) options.clock = engine::ClockMode::event;
  if (known.max_future_skew > 0) options.max_future_skew = {known.max_future_skew};
  options.instance = text_of(known.instance.data, known.instance.size);
  options.directory = text_of(known.directory.data, known.directory.size);
  options.log = known.log;
  options.log_user = known.log_user;
  return options;
}

}  // namespace

std::int32_t weir_create_engine(const weir_engine_options* options, weir_engine** engine,
                                weir_error* error) {
  return guarded(error, [&] {
    weir_engine*& to = required(engine, "engine is NULL; pass where to write it");
    to = nullptr;
    if (!cpu_is_good_enough())
      throw Failure(Status::not_supported,
                    "this build needs a newer processor (AVX2); build with -Dcpu=westmere or "
                    "-Dcpu=baseline");
    to = std::make_unique<weir_engine>(options_of(options)).release();
    return Status::ok;
  });
}

std::int32_t weir_destroy_engine(weir_engine* engine, weir_error* error) {
  return guarded(error, [&] {
    if (engine != nullptr) delete &entered(engine);
    return Status::ok;
  });
}

std::int32_t weir_create_rule(weir_engine* engine, const char* document, std::uint64_t size,
                              const weir_callbacks* callbacks, weir_rule** rule,
                              weir_error* error) {
  return guarded(error, [&] {
    // Held to the end: when this fails, user data is destroyed behind every lock.
    const auto taken = take(callbacks);
    weir_engine& owner = entered(engine);
    weir_rule*& to = required(rule, "rule is NULL; pass where to write it");
    to = nullptr;
    // The handle first, in a node of its own: nothing can fail once the rule is there.
    std::list<std::unique_ptr<weir_rule>> handle;
    handle.push_back(std::make_unique<weir_rule>());
    handle.front()->owner = &owner;
    handle.front()->rule = owner.engine.create_rule(text_of(document, size), taken);
    to = handle.front().get();
    const std::lock_guard lock(owner.mutex);
    owner.rules.splice(owner.rules.end(), handle);
    return Status::ok;
  });
}

std::int32_t weir_destroy_rule(weir_rule* rule, weir_error* error) {
  return guarded(error, [&] {
    if (rule == nullptr) return Status::ok;
    weir_engine& owner = entered(rule->owner);
    owner.engine.destroy_rule(rule->rule);
    std::unique_ptr<weir_rule> last;  // user data is destroyed with it, behind the lock
    const std::lock_guard lock(owner.mutex);
    const auto found = std::find_if(owner.rules.begin(), owner.rules.end(),
                                    [&](const auto& other) { return other.get() == rule; });
    last = std::move(*found);
    owner.rules.erase(found);
    return Status::ok;
  });
}

std::int32_t weir_set_callback(weir_engine* engine, const char* name, std::uint64_t name_size,
                               const weir_callbacks* callbacks, weir_error* error) {
  return guarded(error, [&] {
    const auto taken = take(callbacks);  // held to the end, as above
    weir_engine& owner = entered(engine);
    if (taken == nullptr || (taken->filter == nullptr && taken->enrich == nullptr))
      refuse("callbacks has neither a filter nor an enrich function; set one");
    if (name_size == 0) refuse("the name of a callback is empty; give it one");
    owner.engine.set_callback(text_of(name, name_size), taken);
    return Status::ok;
  });
}

std::int32_t weir_load(weir_engine* engine, const char* document, std::uint64_t size,
                       weir_error* error) {
  return guarded(error, [&] {
    entered(engine).engine.load(text_of(document, size));
    return Status::ok;
  });
}

std::int32_t weir_set_field(weir_additions* additions, const weir_field* field, weir_error* error) {
  return guarded(error, [&] {
    required(additions, "additions is NULL; pass what the enrich callback was given")
        .set(required(field, "field is NULL"));
    return Status::ok;
  });
}

std::int32_t weir_feed(weir_engine* engine, const weir_event* events, std::uint64_t count,
                       std::int64_t now, const weir_sink* sink, std::uint64_t* consumed,
                       weir_error* error) {
  std::uint64_t done = 0;
  const std::int32_t status = guarded(error, [&] {
    weir_engine& to = entered(engine);
    if (events == nullptr && count > 0) refuse("events is NULL; pass count events");
    return to.engine.feed(events, count, checked_time(now), checked(sink), done);
  });
  if (consumed != nullptr) *consumed = done;
  return status;
}

std::int32_t weir_feed_ndjson(weir_engine* engine, const char* bytes, std::uint64_t size,
                              std::int64_t now, std::uint32_t flags, const weir_sink* sink,
                              weir_cursor* cursor, weir_error* error) {
  return guarded(error, [&] {
    weir_engine& to = entered(engine);
    CheckedCursor at(cursor);
    const bool last = is_last(flags);
    return to.engine.feed_lines(text_of(bytes, size), checked_time(now), last, checked(sink),
                                at.cursor);
  });
}

std::int32_t weir_feed_records(weir_engine* engine, const weir_record* records, std::uint64_t count,
                               std::int64_t now, const weir_sink* sink, std::uint64_t* consumed,
                               weir_error* error) {
  std::uint64_t done = 0;
  const std::int32_t status = guarded(error, [&] {
    weir_engine& to = entered(engine);
    if (records == nullptr && count > 0) refuse("records is NULL; pass count records");
    return to.engine.feed_records({records, count}, checked_time(now), checked(sink), done);
  });
  if (consumed != nullptr) *consumed = done;
  return status;
}

std::int32_t weir_advance(weir_engine* engine, std::int64_t now, const weir_sink* sink,
                          weir_error* error) {
  return guarded(error,
                 [&] { return entered(engine).engine.advance(checked_time(now), checked(sink)); });
}

std::int32_t weir_flush(weir_engine* engine, std::int64_t timeout, const weir_sink* sink,
                        weir_error* error) {
  return guarded(error, [&] {
    if (timeout < 0) refuse("timeout is negative; pass nanoseconds");
    return entered(engine).engine.flush({timeout}, checked(sink));
  });
}

std::int32_t weir_get_stats(weir_engine* engine, weir_stats* stats, weir_error* error) {
  return guarded(error, [&] {
    required(stats, "stats is NULL; pass where to write them");
    weir_stats full{};
    entered(engine).engine.get_stats(full);
    write_struct(stats, full);
    return Status::ok;
  });
}

std::int32_t weir_get_rule_stats(weir_engine* engine, std::uint64_t index, weir_rule_stats* stats,
                                 weir_error* error) {
  return guarded(error, [&] {
    required(stats, "stats is NULL; pass where to write them");
    weir_rule_stats full{};
    if (!entered(engine).engine.get_rule_stats(index, full))
      throw Failure(Status::not_found, "there is no rule with that index");
    write_struct(stats, full);
    return Status::ok;
  });
}

std::int32_t weir_get_enrichment_stats(weir_engine* engine, std::uint64_t index,
                                       weir_enrichment_stats* stats, weir_error* error) {
  return guarded(error, [&] {
    required(stats, "stats is NULL; pass where to write them");
    weir_enrichment_stats full{};
    if (!entered(engine).engine.get_enrichment_stats(index, full))
      throw Failure(Status::not_found, "there is no enrichment rule with that index");
    write_struct(stats, full);
    return Status::ok;
  });
}
