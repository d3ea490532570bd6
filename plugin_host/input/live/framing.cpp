#include "input/live/framing.h"

#include "input/formats/text_scan.h"

namespace weir::host {
namespace {

constexpr std::size_t kMaxDigits = 9;  // 4 MiB has seven

// Many who count end their messages in LF all the same, and count that.
std::string_view without_end(std::string_view message) noexcept {
  if (!message.empty() && (message.back() == '\n' || message.back() == '\0')) {
    message.remove_suffix(1);
  }
  if (!message.empty() && message.back() == '\r') message.remove_suffix(1);
  return message;
}

// The first LF or NUL from there on. It looks at twice as much each time, so that one that ends
// messages costs no search for the other up to the end of the bytes for each of them.
std::size_t find_end(std::string_view bytes, std::size_t from) noexcept {
  for (std::size_t size = 256; from < bytes.size(); from += size, size *= 2) {
    const std::string_view part = bytes.substr(from, size);
    const std::size_t lf = part.find('\n');
    const std::size_t nul = part.substr(0, lf).find('\0');
    if (nul != std::string_view::npos) return from + nul;
    if (lf != std::string_view::npos) return from + lf;
  }
  return std::string_view::npos;
}

Frame wrong(Frame::Wrong reason, const FrameCount& count, std::string_view bytes) noexcept {
  return {Frame::Kind::wrong, bytes.substr(count.header), bytes.size(), reason, count.size};
}

}  // namespace

std::optional<FrameCount> frame_count(std::string_view bytes, bool& more) noexcept {
  more = bytes.empty();
  if (bytes.empty() || !is_digit(bytes[0]) || bytes[0] == '0') return std::nullopt;
  FrameCount count;
  std::size_t at = 0;
  for (; at < bytes.size() && is_digit(bytes[at]); ++at) {
    if (at == kMaxDigits) return std::nullopt;
    count.size = count.size * 10 + static_cast<std::size_t>(bytes[at] - '0');
  }
  more = at == bytes.size();
  if (more || bytes[at] != ' ') return std::nullopt;
  count.header = at + 1;
  return count;
}

Frame Framer::next(std::string_view bytes, bool last) noexcept {
  wanted_ = 0;
  if (bytes.empty()) return {};
  if (counts_ && !in_part_) {
    bool more = false;
    const auto count = frame_count(bytes, more);
    if (count) return counted(*count, bytes, last);
    if (more && !last) {
      wanted_ = bytes.size() + 1;
      return {};
    }
  }
  return lines(bytes, last);
}

Frame Framer::counted(const FrameCount& count, std::string_view bytes, bool last) noexcept {
  searched_ = 0;
  if (count.size > kMaxFrame) return wrong(Frame::Wrong::too_long, count, bytes);
  const std::size_t size = count.header + count.size;
  if (bytes.size() >= size) {
    return {Frame::Kind::message, without_end(bytes.substr(count.header, count.size)), size};
  }
  if (last) return wrong(Frame::Wrong::cut_off, count, bytes);
  wanted_ = size;
  return {};
}

// As many whole lines as come before one that ends in NUL, has a count, or is not finished.
Frame Framer::lines(std::string_view bytes, bool last) noexcept {
  std::size_t begin = 0;
  std::size_t from = searched_;
  searched_ = 0;
  for (;;) {
    // Within a line that is too long only LF counts.
    const std::size_t end = in_part_ ? bytes.find('\n', from) : find_end(bytes, from);
    if (end != std::string_view::npos && bytes[end] == '\0') {
      if (begin != 0) break;
      return {Frame::Kind::message, without_end(bytes.substr(0, end)), end + 1};
    }
    if (end == std::string_view::npos) {
      if (begin != 0) break;
      return rest(bytes, last);
    }
    begin = from = end + 1;
    in_part_ = false;
    if (begin == bytes.size()) break;
    if (counts_ && is_digit(bytes[begin])) break;  // the next call knows
  }
  return {Frame::Kind::lines, bytes.substr(0, begin), begin};
}

// Bytes without the end of a line.
Frame Framer::rest(std::string_view bytes, bool last) noexcept {
  if (last) return {Frame::Kind::lines, bytes, bytes.size()};
  if (in_part_ || bytes.size() > kMaxFrame) {
    in_part_ = true;
    return {Frame::Kind::part, bytes, bytes.size()};
  }
  searched_ = bytes.size();
  wanted_ = kMaxFrame + 1;
  return {};
}

}  // namespace weir::host
