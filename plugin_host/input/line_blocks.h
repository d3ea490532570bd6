// Lines cut off a source a block at a time, so that several threads can read them at once. Costs: a
// read() a block, a search from its end for the last LF, and a copy of what follows that. Memory: a
// block's buffer, which is used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "input/byte_source.h"

namespace weir::host {

struct LineBlock {
  std::string_view bytes;          // whole lines, but for what the flags say
  bool last = false;               // the source ends here, so what follows the last LF is a line
  bool unfinished = false;         // all are of a line that is too long, whose end is yet to come
  std::uint64_t source_bytes = 0;  // read from the source so far, as they are in the file
  std::uint64_t position = 0;      // of its end, in decompressed bytes
  std::int64_t arrived = 0;        // as in Message; for who takes the block to say
  std::vector<char> buffer;        // may hold `bytes`
  std::shared_ptr<void> shared;    // likewise, for several blocks
};

// Fills a block, and is false when there is none. Throws Failure.
using NextBlock = std::function<bool(LineBlock& block)>;

// The text up to the end of that many lines, or all of it.
inline constexpr std::size_t kAllLines = std::numeric_limits<std::size_t>::max();
std::string_view first_lines(std::string_view text, std::size_t lines) noexcept;

class LineBlocks {
 public:
  // position: where the source stands, between two lines or within a line that is too long.
  explicit LineBlocks(ByteSource& source, std::uint64_t position = 0)
      : source_(source), position_(position), begun_(position != 0) {}

  // As NextBlock. Of a pipe a block is what is there. A line beyond the limit comes in unfinished
  // blocks, and its end with the lines after it. After a signal what has reached a pipe is the last
  // block, while the rest of a file is left. Throws Failure: bad_input when the source cannot be
  // read.
  bool next(LineBlock& block);

 private:
  std::size_t read(LineBlock& block, std::size_t used);
  std::size_t drain(LineBlock& block, std::size_t used);
  bool begun(LineBlock& block, std::size_t& used);
  bool cut(LineBlock& block, std::size_t searched, std::size_t used);

  ByteSource& source_;
  std::vector<char> tail_;  // the beginning of the next block
  std::uint64_t position_;  // of the next block
  bool begun_;              // there is no byte order mark any more
  bool ended_ = false;
};

// The same for lines that lie in memory: blocks that are views.
class LinesInMemory {
 public:
  explicit LinesInMemory(std::string_view bytes) noexcept : bytes_(bytes) {}
  bool next(LineBlock& block) noexcept;

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace weir::host
