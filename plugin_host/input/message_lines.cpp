#include "input/message_lines.h"

#include <algorithm>
#include <utility>

namespace weir::host {
namespace {

constexpr std::string_view kTooLong = "the line is longer than 4 MiB";

std::string_view without_cr(std::string_view line) noexcept {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

std::size_t MessageLines::read(std::string_view bytes, bool last, std::int64_t arrived,
                               Records& records, std::size_t most) {
  std::size_t begin = 0;
  while (begin < bytes.size() && records.size() < most) {
    const std::size_t lf = bytes.find('\n', begin);
    const bool whole = lf != std::string_view::npos;
    const std::string_view line = bytes.substr(begin, whole ? lf - begin : lf);
    if (!whole && !last) {
      if (!in_long_line_ && line.size() <= WEIR_MAX_EVENT_BYTES) break;
      if (!std::exchange(in_long_line_, true)) reject(line, kTooLong, arrived, records);
      return bytes.size();
    }
    begin = whole ? lf + 1 : bytes.size();
    if (std::exchange(in_long_line_, false)) continue;
    if (line.size() > WEIR_MAX_EVENT_BYTES) {
      reject(line, kTooLong, arrived, records);
    } else {
      reader_.read({without_cr(line), ++lines_, arrived}, records);
    }
  }
  return begin;
}

void MessageLines::read_message(std::string_view message, std::int64_t arrived, Records& records) {
  if (message.size() > WEIR_MAX_EVENT_BYTES) {
    reject(message, kTooLong, arrived, records);
  } else {
    reader_.read({message, ++lines_, arrived}, records);
  }
}

void MessageLines::pass_over(std::string_view bytes, bool last) {
  if (in_long_line_) {
    const std::size_t lf = bytes.find('\n');
    in_long_line_ = lf == std::string_view::npos && !last;
    bytes.remove_prefix(lf == std::string_view::npos ? bytes.size() : lf + 1);
  }
  lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  if (!bytes.empty() && bytes.back() != '\n') {
    ++lines_;
    in_long_line_ = !last;
  }
  reader_.pass_over(bytes);
}

void MessageLines::resume(const LineState& state) {
  lines_ = state.lines;
  in_long_line_ = state.within != 0;
  reader_.resume(state.header);
}

void MessageLines::reject(std::string_view text, std::string_view reason, std::int64_t arrived,
                          Records& records) {
  records.begin({text, ++lines_, arrived}, 0);
  records.reject(reason);
}

}  // namespace weir::host
