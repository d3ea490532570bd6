#include "input/line_blocks.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "failure.h"
#include "input/beginning.h"
#include "run/stop.h"
#include "weir/weir.h"

namespace weir::host {
namespace {

// About a millisecond's work: far more than handing it on.
constexpr std::size_t kLineBlock = 1u << 20;

// Behind the last LF of text[from, to), or 0.
std::size_t behind_last_line(const char* text, std::size_t from, std::size_t to) noexcept {
  const auto* lf = static_cast<const char*>(::memrchr(text + from, '\n', to - from));
  return lf == nullptr ? 0 : static_cast<std::size_t>(lf - text) + 1;
}

}  // namespace

std::string_view first_lines(std::string_view text, std::size_t lines) noexcept {
  if (lines == kAllLines) return text;
  std::size_t end = 0;
  for (; lines > 0; --lines) {
    const std::size_t lf = text.find('\n', end);
    if (lf == std::string_view::npos) return text;
    end = lf + 1;
  }
  return text.substr(0, end);
}

bool LineBlocks::next(LineBlock& block) {
  if (ended_) return false;
  // A buffer that a long line has grown goes back to its size: there are many of them.
  if (block.buffer.size() > kLineBlock) std::vector<char>().swap(block.buffer);
  block.buffer.resize(std::max(kLineBlock, tail_.size()));
  std::copy(tail_.begin(), tail_.end(), block.buffer.begin());
  std::size_t used = tail_.size();
  while (!ended_) {
    if (used == block.buffer.size()) block.buffer.resize(2 * used);
    const std::size_t searched = begun_ ? used : 0;  // there is no end of a line before it
    const std::size_t got = read(block, used);
    used += got;
    ended_ = got == 0;
    if (ended_ && stop_requested()) {
      if (source_.regular()) return false;
      used += drain(block, used);
    }
    if (begun(block, used) && cut(block, searched, used)) return true;
  }
  return false;
}

// Returns how many bytes there are more; 0: that was the end.
std::size_t LineBlocks::read(LineBlock& block, std::size_t used) {
  const std::span<char> room(block.buffer.data() + used, block.buffer.size() - used);
  std::size_t got = source_.read(room);
  if (source_.regular() || got == 0) return got;
  // A pipe gives little at a time, though much may have come.
  while (got < room.size()) {
    const std::size_t more = source_.read_ready(room.subspan(got));
    if (more == 0) break;
    got += more;
  }
  return got;
}

std::size_t LineBlocks::drain(LineBlock& block, std::size_t used) {
  block.buffer.resize(used + kDrainBytes);
  std::size_t total = 0;
  while (total < kDrainBytes) {
    const std::size_t got =
        source_.read_ready({block.buffer.data() + used + total, kDrainBytes - total});
    if (got == 0) break;
    total += got;
  }
  return total;
}

// The first bytes of the source: false when more of them are needed.
bool LineBlocks::begun(LineBlock& block, std::size_t& used) {
  if (begun_) return true;
  char* const text = block.buffer.data();
  const auto skip = beginning_to_skip({text, used}, ended_);
  if (!skip) return false;
  begun_ = true;
  used -= *skip;
  position_ += *skip;
  std::memmove(text, text + *skip, used);
  return true;
}

// Makes a block of the lines among the first `used` bytes. False when more bytes are needed.
bool LineBlocks::cut(LineBlock& block, std::size_t searched, std::size_t used) {
  const char* const text = block.buffer.data();
  std::size_t end = ended_ ? used : behind_last_line(text, searched, used);
  block.last = ended_;
  block.unfinished = end == 0 && used > WEIR_MAX_EVENT_BYTES;
  if (block.unfinished) end = used;
  if (end == 0) return false;
  block.bytes = {text, end};
  block.source_bytes = source_.done();
  block.position = position_ += end;
  tail_.assign(text + end, text + used);
  return true;
}

bool LinesInMemory::next(LineBlock& block) noexcept {
  const std::string_view rest = bytes_.substr(at_);
  std::size_t end = rest.size();
  if (end > kLineBlock) {
    end = behind_last_line(rest.data(), 0, kLineBlock);
    if (end == 0) end = rest.find('\n', kLineBlock) + 1;  // 0: there is none
    if (end == 0) end = rest.size();
  }
  at_ += end;
  block.bytes = rest.substr(0, end);
  block.last = at_ == bytes_.size();
  block.source_bytes = at_;
  return end != 0;
}

}  // namespace weir::host
