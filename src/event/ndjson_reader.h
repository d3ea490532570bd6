// Lines of JSON to rows of values.
//
// Every value of a line is visited and checked, the wanted ones are stored. Members that come as
// they came in the lines before, plain texts and whole numbers, are taken in a short loop
// (read_run); every other one the long way, member by member. One thread a reader; no allocation
// once its buffers have grown.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/json_index.h"
#include "event/key_trail.h"
#include "event/key_tree.h"
#include "event/value.h"

namespace weir {

struct LineReading;

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
  // row: keys.width() values, set to absent before; those behind the slots are scratch. Texts
  // borrow from the line or lie in `bump`. Adds to conversion_errors the values that were not
  // stored. Throws bad_alloc.
  LineError read(std::string_view line, const KeyTree& keys, Value* row, Bump& bump,
                 std::uint64_t& conversion_errors);

 private:
  enum class RunEnd : std::uint8_t { closed, key, value };

  // Each reads on from its cursor; false after an error. depth: how many levels a value may open.
  bool read_object(KeyTree::Node object, int depth, LineReading& reading);
  RunEnd read_run(KeyTree::Node object, KeyTrail::Step**& guess, KeyTree::Key& key,
                  LineReading& reading) noexcept;
  bool read_key(KeyTree::Node object, KeyTrail::Step**& guess, KeyTree::Key& key,
                LineReading& reading);
  bool read_member(const KeyTree::Key& key, int depth, LineReading& reading);
  bool read_elements(KeyTree::Node array, int depth, LineReading& reading);
  bool read_inside(const KeyTree::Key& key, int depth, LineReading& reading);

  JsonIndex index_;
  std::string_view lines_;
  JsonError lines_error_ = JsonError::none;  // then each line is indexed by itself
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* next_backslash_ = nullptr;
  KeyTrail trail_;
  std::uint64_t line_ = 0;           // a number of its own for each
  std::vector<std::uint64_t> seen_;  // the line that an object of the keys was last met in
  std::vector<Value> elements_;
};

}  // namespace weir
