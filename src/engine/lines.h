// Lines or records that were read ahead of their application: what stands behind weir_batch.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
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
  std::string_view text;                 // the host's; or
  std::span<const weir_record> records;  // these, also the host's
  bool last = false;                     // what follows its last LF is a line
  std::deque<Part> parts;
  std::size_t count = 0;  // parts in use
  std::size_t next = 0;   // the first that is not applied whole
  weir_cursor rest{};     // from here on the text is read when it is applied

  void forget() noexcept {
    text = {};
    records = {};
    last = false;
    count = next = 0;
    rest = {};
  }
};

}  // namespace weir::engine
