// Lines that were read ahead of their application: what stands behind weir_batch.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "engine/portion.h"
#include "weir/weir.h"

namespace weir::engine {

// Used by one thread at a time. Keeps its buffers from text to text.
struct Lines {
  struct Part {
    weir_cursor start{};  // where the source stands before it
    Portion portion;
  };
  std::string_view text;  // the host's
  bool last = false;      // what follows its last LF is a line
  std::deque<Part> parts;
  std::size_t count = 0;  // parts in use
  std::size_t next = 0;   // the first that is not applied whole
  weir_cursor rest{};     // from here on the text is read when it is applied
};

}  // namespace weir::engine
