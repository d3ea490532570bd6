#include "input/short_blocks.h"

#include <algorithm>

namespace weir::host {
namespace {

// To find the end of every line would cost 3 % of a run: so many blocks have as many bytes as the
// one before them whose lines were counted, unless samples of them have shorter lines.
constexpr unsigned kUncounted = 7;
constexpr std::size_t kFew = 32;  // lines: these are always counted
constexpr std::size_t kMostBytes = std::size_t{128} << 10;
constexpr std::size_t kSample = 256;  // bytes
constexpr std::size_t kSamples = 16;

// Whether some place has more than twice as many ends of lines as there are on average.
bool has_shorter(std::string_view block, std::size_t lines) noexcept {
  const std::size_t most = 3 + 2 * kSample * lines / std::max<std::size_t>(block.size(), 1);
  const std::size_t step = std::max(kSample, block.size() / kSamples);
  for (std::size_t at = 0; at < block.size(); at += step) {
    const std::string_view sample = block.substr(at, kSample);
    if (first_lines(sample, most + 1).size() < sample.size()) return true;
  }
  return false;
}

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
    const std::string_view block = left_.substr(0, lf == std::string_view::npos ? 0 : lf + 1);
    if (!block.empty() && !has_shorter(block, most)) return block;
  }
  const std::string_view lines = first_lines(left_, most);
  bytes_ = lines.size();
  counted_ = most;
  const bool typical = lines.size() < left_.size() && lines.size() <= kMostBytes;
  uncounted_ = most > kFew && typical ? kUncounted : 0;
  return lines;
}

}  // namespace weir::host
