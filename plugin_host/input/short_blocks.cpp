#include "input/short_blocks.h"

namespace weir::host {
namespace {

// To find the end of every line would cost 3 % of a run: so many blocks have as many bytes as the
// one before them whose lines were counted.
constexpr unsigned kUncounted = 7;
constexpr std::size_t kFew = 32;  // lines: these are always counted

}  // namespace

bool ShortBlocks::next(LineBlock& block) {
  block.shared.reset();
  const std::size_t most = most_();
  if (left_.empty()) {
    if (most == kAllLines) return blocks_(block);
    if (large_.use_count() != 1) large_ = std::make_shared<LineBlock>();
    if (!blocks_(*large_)) return false;
    left_ = large_->bytes;
  }
  block.bytes = cut(most);
  left_.remove_prefix(block.bytes.size());
  block.last = large_->last && left_.empty();
  block.unfinished = large_->unfinished;
  block.source_bytes = large_->source_bytes;
  block.position = large_->position - left_.size();
  block.arrived = large_->arrived;
  block.shared = large_;
  return true;
}

std::string_view ShortBlocks::cut(std::size_t most) {
  if (uncounted_ > 0 && most == counted_) {
    --uncounted_;
    const std::size_t lf = left_.substr(0, bytes_).rfind('\n');
    if (lf != std::string_view::npos) return left_.substr(0, lf + 1);
  }
  const std::string_view lines = first_lines(left_, most);
  bytes_ = lines.size();
  counted_ = most;
  uncounted_ = most > kFew && lines.size() < left_.size() ? kUncounted : 0;
  return lines;
}

}  // namespace weir::host
