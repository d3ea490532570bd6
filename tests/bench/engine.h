// An engine with a document, through the ABI, whose outputs are counted and thrown away.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "weir/weir.h"

namespace bench {

class Engine {
 public:
  explicit Engine(const std::string& document) {
    weir_error error{sizeof(weir_error), 0, 0, 0, 0, {}};
    check(weir_create_engine(nullptr, &engine_, &error), error);
    check(weir_load(engine_, document.data(), document.size(), &error), error);
  }
  ~Engine() { weir_destroy_engine(engine_, nullptr); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void feed(const weir_event* events, std::size_t size, std::uint64_t& outputs) const {
    const weir_sink sink{sizeof(weir_sink), WEIR_FORM_EVENTS, count, &outputs};
    weir_error error{sizeof(weir_error), 0, 0, 0, 0, {}};
    check(weir_feed(engine_, events, size, now, &sink, nullptr, &error), error);
  }
  void feed(std::string_view lines, std::uint64_t& outputs) const {
    const weir_sink sink{sizeof(weir_sink), WEIR_FORM_NDJSON, count, &outputs};
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0};
    weir_error error{sizeof(weir_error), 0, 0, 0, 0, {}};
    check(weir_feed_ndjson(engine_, lines.data(), lines.size(), now, 0, &sink, &cursor, &error),
          error);
  }

 private:
  static constexpr std::int64_t now = 1'700'000'000'000'000'000;

  static void count(void* user, const weir_output* output, std::int32_t* answer) {
    *static_cast<std::uint64_t*>(user) += output->count;
    *answer = WEIR_ACCEPT;
  }
  static void check(std::int32_t status, const weir_error& error) {
    if (status == WEIR_OK) return;
    std::fprintf(stderr, "%s: %s\n", weir_status_name(status), error.message);
    std::abort();
  }

  weir_engine* engine_ = nullptr;
};

}  // namespace bench
