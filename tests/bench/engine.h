// An engine with a document, through the ABI, without bounds, whose outputs are counted and thrown
// away. A call that fails ends the program: a benchmark of a failure measures nothing.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "weir/weir.h"

namespace bench {

// Of the host's clock, ns; the events' own times begin here, too.
constexpr std::int64_t start_of_time = 1'700'000'000'000'000'000;

class Engine {
 public:
  explicit Engine(std::string_view document) {
    create();
    load(document);
  }
  ~Engine() { weir_destroy_engine(engine_, nullptr); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void load(std::string_view document) const {
    weir_error error = no_error();
    check(weir_load(engine_, document.data(), document.size(), &error), error);
  }

  // Each returns how many outputs the sink got.
  std::uint64_t feed(std::span<const weir_event> events, std::int64_t now = start_of_time) const {
    return call(WEIR_FORM_EVENTS, [&](const weir_sink& sink, weir_error& error) {
      return weir_feed(engine_, events.data(), events.size(), now, &sink, nullptr, &error);
    });
  }
  std::uint64_t feed(std::string_view lines) const {
    return call(WEIR_FORM_NDJSON, [&](const weir_sink& sink, weir_error& error) {
      weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
      return weir_feed_ndjson(engine_, lines.data(), lines.size(), start_of_time, 0, &sink, &cursor,
                              &error);
    });
  }
  std::uint64_t feed(std::span<const weir_record> records) const {
    return call(WEIR_FORM_NDJSON, [&](const weir_sink& sink, weir_error& error) {
      return weir_feed_records(engine_, records.data(), records.size(), start_of_time, &sink,
                               nullptr, &error);
    });
  }
  std::uint64_t advance(std::int64_t now) const {
    return call(WEIR_FORM_EVENTS, [&](const weir_sink& sink, weir_error& error) {
      return weir_advance(engine_, now, &sink, &error);
    });
  }

  weir_stats stats() const {
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    weir_error error = no_error();
    check(weir_get_stats(engine_, &stats, &error), error);
    return stats;
  }

 private:
  void create() {
    weir_engine_options options{};
    options.struct_size = sizeof options;
    options.max_groups = options.max_bytes = std::numeric_limits<std::uint64_t>::max();
    weir_error error = no_error();
    check(weir_create_engine(&options, &engine_, &error), error);
  }

  template <class Function>
  static std::uint64_t call(std::uint32_t form, Function&& function) {
    std::uint64_t outputs = 0;
    const weir_sink sink{sizeof(weir_sink), form, count, &outputs};
    weir_error error = no_error();
    check(function(sink, error), error);
    return outputs;
  }
  static void count(void* user, const weir_output* output, std::int32_t* answer) {
    *static_cast<std::uint64_t*>(user) += output->count;
    *answer = WEIR_ACCEPT;
  }
  static weir_error no_error() { return {sizeof(weir_error), 0, 0, 0, 0, {}}; }
  static void check(std::int32_t status, const weir_error& error) {
    if (status == WEIR_OK) return;
    std::fprintf(stderr, "%s: %s\n", weir_status_name(status), error.message);
    std::abort();
  }

  weir_engine* engine_ = nullptr;
};

}  // namespace bench
