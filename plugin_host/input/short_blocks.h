// Blocks of few lines, cut off larger ones: where what a line brings about must not come in bulk.
// The lines stay where they are, and a larger block lives as long as one that was cut off it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "input/line_blocks.h"

namespace weir::host {

class ShortBlocks {
 public:
  // most: lines of a block; asked for each of them. Of more than a few there may be some more,
  // where lines become shorter.
  ShortBlocks(NextBlock blocks, std::function<std::size_t()> most)
      : blocks_(std::move(blocks)), most_(std::move(most)) {}

  // As NextBlock.
  bool next(LineBlock& block);

 private:
  std::string_view cut(std::size_t most);

  NextBlock blocks_;
  std::function<std::size_t()> most_;
  std::shared_ptr<LineBlock> large_;
  std::string_view left_;    // of its bytes
  std::size_t counted_ = 0;  // the lines that were asked for when they were last counted
  std::size_t bytes_ = 0;    // of those
  unsigned uncounted_ = 0;   // blocks to be of so many bytes
};

}  // namespace weir::host
