#include "output/line_queue.h"

#include <algorithm>
#include <cstring>

namespace weir::host {
namespace {

constexpr std::size_t kFirst = 64 * 1024;

}  // namespace

std::size_t LineQueue::append(std::string_view bytes) {
  if (bytes.empty()) return 0;
  // A line without its end can never make room: it gets all that it needs.
  const std::size_t limit =
      lines_ == 0 ? std::max(limit_, size_ + std::min(bytes.find('\n'), bytes.size() - 1) + 1)
                  : limit_;
  if (size_ >= limit) return 0;
  const std::size_t taken = std::min(bytes.size(), limit - size_);
  if (size_ + taken > ring_.size()) grow(size_ + taken);
  bytes = bytes.substr(0, taken);
  const std::size_t at = (begin_ + size_) % ring_.size();
  const std::size_t first = std::min(taken, ring_.size() - at);
  std::memcpy(ring_.data() + at, bytes.data(), first);
  std::memcpy(ring_.data(), bytes.data() + first, taken - first);
  size_ += taken;
  lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return taken;
}

void LineQueue::grow(std::size_t wanted) {
  std::size_t size = std::max(ring_.size(), kFirst);
  while (size < wanted) size *= 2;
  if (wanted <= limit_) size = std::min(size, limit_);
  std::vector<char> made(size);
  copy_out(0, {made.data(), size_});
  ring_.swap(made);
  begin_ = 0;
}

std::size_t LineQueue::peek(std::span<char> out) const noexcept {
  const std::size_t count = std::min(out.size(), unsent());
  copy_out(sent_, out.first(count));
  return count;
}

void LineQueue::copy_out(std::size_t from, std::span<char> out) const noexcept {
  if (out.empty()) return;
  const std::size_t at = (begin_ + from) % ring_.size();
  const std::size_t first = std::min(out.size(), ring_.size() - at);
  std::memcpy(out.data(), ring_.data() + at, first);
  std::memcpy(out.data() + first, ring_.data(), out.size() - first);
}

void LineQueue::sent(std::size_t count) noexcept {
  sent_ += count;
  std::size_t whole = 0;  // of what is sent, up to the last line's end
  std::size_t at = sent_ - count;
  while (at < sent_) {
    const std::size_t place = (begin_ + at) % ring_.size();
    const std::size_t run = std::min(sent_ - at, ring_.size() - place);
    const char* const begin = ring_.data() + place;
    const auto* const last = static_cast<const char*>(::memrchr(begin, '\n', run));
    if (last != nullptr) {
      whole = at + static_cast<std::size_t>(last - begin) + 1;
      const auto ended = static_cast<std::uint64_t>(std::count(begin, last + 1, '\n'));
      lines_ -= ended;
      lines_sent_ += ended;
    }
    at += run;
  }
  if (whole == 0) return;
  begin_ = (begin_ + whole) % ring_.size();
  size_ -= whole;
  sent_ -= whole;
}

}  // namespace weir::host
