// Lines of JSON to rows of values.
//
// Every value of a line is visited and checked, the wanted ones are stored; the order of the keys
// is guessed from the line before, so that a key usually costs one comparison. One thread a reader;
// no allocation once its buffers have grown.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/json_keys.h"
#include "event/json_scan.h"

namespace weir {

struct LineError {
  JsonError error = JsonError::none;
  std::uint32_t offset = 0;  // in the line, bytes
};

class NdjsonReader {
 public:
  // Points the reader at some lines; read() follows. Keys must live from one start() to the next or
  // to the last read(). Throws bad_alloc.
  void start(std::string_view lines);

  // Reads the next line, which must lie in the lines of start(), without its LF, in their order.
  // row: keys.width() values, set to absent before. Texts borrow from the line or lie in `bump`.
  // Adds to conversion_errors the values that were not stored. Throws bad_alloc.
  LineError read(std::string_view line, const JsonKeys& keys, Value* row, Bump& bump,
                 std::uint64_t& conversion_errors);

 private:
  struct Reading;
  // The key of a member in the line before, and what it filled.
  static constexpr std::uint8_t no_guess = 255;
  struct Guess {
    std::array<char, 40> key;
    std::uint8_t size = no_guess;
    const JsonKeys::Target* target = nullptr;
  };

  const JsonKeys::Target* look_up(std::string_view raw, bool escaped, std::size_t member,
                                  Reading& reading);
  bool read_members(Reading& reading);
  bool read_extra(Reading& reading);
  // depth: how many levels the value may open.
  bool read_value(const JsonKeys::Target& target, int depth, Reading& reading);
  bool read_array(const JsonKeys::Target& target, Reading& reading);

  JsonIndex index_;
  std::string_view lines_;
  JsonError lines_error_ = JsonError::none;  // then each line is indexed by itself
  const std::uint32_t* next_ = nullptr;
  std::array<Guess, 64> guesses_;  // of the first members; the others are looked up each time
  std::size_t guessed_ = 0;
  std::uint64_t guessed_for_ = 0;  // JsonKeys::serial
  std::vector<Value> elements_;
};

}  // namespace weir
