// An engine with a clock of its own, as a test steps through it. Its outputs are kept until they
// are taken.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "library.h"
#include "test/event.h"

namespace weir::host {

class TestEngine {
 public:
  // The clock stands at 2000-01-01T00:00:00Z. Throws Failure(bad_input) for a document that does
  // not load.
  TestEngine(const Library& library, const std::string& path, const std::string& document);
  TestEngine(const TestEngine&) = delete;
  TestEngine& operator=(const TestEngine&) = delete;

  // Events, one a line, fed `repeat` times.
  void feed(std::string_view lines, std::uint64_t repeat);
  void advance(std::int64_t nanos);
  void flush();

  // Of a feed since the last call: why the first event was rejected, or nothing, and which it was
  // in its lines, from 0.
  struct Rejection {
    std::string reason;
    std::uint64_t line = 0;
  };
  Rejection take_rejection() { return std::exchange(rejection_, {}); }

  // That wait for an answer from the network now.
  std::uint64_t held_events() const;

  // Outputs since the last call.
  std::vector<Event> take_aggregated() { return std::exchange(aggregated_, {}); }
  std::vector<Event> take_passed() { return std::exchange(passed_, {}); }

 private:
  struct Destroy {
    const Library* library;
    void operator()(weir_engine* engine) const noexcept {
      library->destroy_engine(engine, nullptr);
    }
  };
  static void accept(void* user, const weir_output* output, std::int32_t* answer) noexcept;
  void keep(const weir_output& output);
  weir_sink sink() noexcept;
  void check(std::int32_t status, const weir_error& error) const;

  const Library& library_;
  std::unique_ptr<weir_engine, Destroy> engine_;
  std::int64_t now_;
  std::vector<Event> aggregated_;
  std::vector<Event> passed_;
  Rejection rejection_;
};

}  // namespace weir::host
