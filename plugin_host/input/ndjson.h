// Lines of JSON from a source into the engine, a block at a time. Only the unfinished line at the
// end of a block is moved. Costs: one read() a block; memory: a block, and the longest line.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "input/byte_source.h"
#include "run/engine.h"

namespace weir::host {

class NdjsonReader {
 public:
  NdjsonReader(ByteSource& source, Engine& engine);

  // Reads once and feeds what is whole. False at the end of the source, when everything is fed, and
  // after a signal: then what has reached a pipe is fed, its last line whole or not, while the rest
  // of a file is left. Throws Failure: bad_input when the source is compressed.
  bool step();

 private:
  void make_room();
  void feed(bool last);
  void drain();
  bool begun(bool last);

  ByteSource& source_;
  Engine& engine_;
  NdjsonPosition position_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  bool begun_ = false;
};

}  // namespace weir::host
