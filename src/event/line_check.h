// Whether text can be taken for a line that was read once, where it comes from bytes that nobody
// trusts.
#pragma once

#include <string_view>

#include "event/json_index.h"

namespace weir {

// One thread; buffers that are reused.
class LineCheck {
 public:
  // Whether it is one JSON object on one line, so that LinePatch and readers may have it. Throws
  // bad_alloc.
  bool good(std::string_view line);

 private:
  JsonIndex index_;
};

}  // namespace weir
