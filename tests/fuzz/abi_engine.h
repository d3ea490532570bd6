// An engine that a fuzzer drives through the ABI alone, with callbacks that answer as they like.
// After each call the law of conservation must hold, or the program aborts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "choices.h"
#include "weir/weir.h"

namespace fuzz {

// Ends the program with the sentence: for what must be true.
void require(bool truth, const char* sentence);

// What sinks have accepted.
struct Accepted {
  std::uint64_t base = 0;        // events that left as they came; of lines all that are in them
  std::uint64_t aggregated = 0;  // of lines none
  std::uint64_t rejected = 0;
  std::string all;  // everything, as text, if `keeps`
  bool keeps = false;
};

class DrivenEngine {
 public:
  static constexpr std::int64_t start = 1'000'000'000'000'000;

  // Its answers are choices; `setup` is what a twin repeats.
  explicit DrivenEngine(Choices& choices, const weir_engine_options& options);
  ~DrivenEngine();
  DrivenEngine(const DrivenEngine&) = delete;
  DrivenEngine& operator=(const DrivenEngine&) = delete;

  // One call, whichever the choices say.
  void step();
  // Flushes until nothing is left, and compares what sinks had with the counters.
  void finish();
  // What another engine makes of a snapshot of this one is what this one makes of itself.
  void compare_with_twin();

 private:
  struct User;
  struct Setup {
    enum class Kind : std::uint8_t { load, create, destroy, bind, set, update, erase };
    Kind kind = Kind::load;
    std::string text;       // a document, a rule, rows
    int mode = 0;           // of callbacks; -1: none
    std::size_t index = 0;  // of a rule, in order of creation
    weir_table table{};     // with its texts in `lent_`
  };

  std::int32_t apply(const Setup& change);
  void change(Setup setup);
  void feed();
  void feed_records();
  void feed_lines();
  void read_batch();
  void feed_batch();
  void ask();
  void look();
  void snapshot();

  void check_law();
  weir_stats stats() const;
  std::int64_t now();
  const weir_sink* sink();
  weir_callbacks callbacks(int mode);
  void enter();

  static void log(void* user, std::uint32_t level, const char* message, std::uint64_t size);
  static void accept(void* user, const weir_output* output, std::int32_t* answer);
  static void write(void* user, const char* bytes, std::uint64_t size);

  Choices& choices_;
  weir_engine_options options_;
  weir_engine* engine_ = nullptr;
  std::vector<weir_rule*> rules_;  // by order of creation; null: destroyed
  std::vector<Setup> setups_;      // that were applied
  struct Stream {
    std::string* bytes = nullptr;
    std::uint64_t at = 0;
    weir_cursor cursor{};
  };
  struct Batch {
    weir_batch* handle = nullptr;
    weir_cursor cursor{};
  };
  std::vector<Batch> batches_;
  std::vector<std::unique_ptr<std::string>> texts_;
  Lent lent_;
  Stream stream_;
  Accepted accepted_;
  weir_sink sink_{};
  weir_stats before_{};
  std::int64_t now_ = start;
  bool inside_ = false;  // a callback, which may enter
};

// Of all engines: user data that was handed over and not yet destroyed.
extern std::uint64_t living_users;

}  // namespace fuzz
