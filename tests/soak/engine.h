// The engine under load, or one that a snapshot is restored into: what both have in common.
#pragma once

#include <cstdint>
#include <string>

#include "weir/weir.h"

namespace soak {

// Ends the program with the sentence and what the library said, when what must be true is not.
void require(bool truth, const char* sentence, const char* reason = "");

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'000'000 * second;

class Engine {
 public:
  // With the callback "ours" and without a document.
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  operator weir_engine*() const noexcept { return engine_; }
  void load(const std::string& document);
  // The rows as the numbers say; declared lookups alone.
  void fill_tables(std::uint64_t number);
  weir_stats stats() const;
  // events_in = rejected + filtered + passed + taken; of each rule taken = out + lone +
  // open_events.
  void check_law() const;

 private:
  weir_engine* engine_ = nullptr;
};

}  // namespace soak
