#include "input/live/text_format.h"

#include <algorithm>

#include "input/live/framing.h"

namespace weir::host {
namespace {

constexpr std::size_t kMostOfFirstLine = 64 * 1024;  // without an end
constexpr std::string_view kWhiteSpaceOrNul(" \t\r\n\0", 5);
constexpr std::string_view kEnds("\n\0", 2);

}  // namespace

Format text_format(std::string_view message) noexcept {
  const Format format = detect_format(message);
  if (!is_lines(format)) return Format::syslog;
  if (format != Format::ndjson) return format;
  const std::size_t begin = message.find_first_not_of(kWhiteSpaceOrNul);
  return begin != std::string_view::npos && message[begin] == '{' ? format : Format::syslog;
}

std::optional<Format> stream_format(std::string_view beginning, bool last) noexcept {
  const std::size_t blank =
      std::min(beginning.find_first_not_of(kWhiteSpaceOrNul), beginning.size());
  const bool enough = last || beginning.size() >= kMostOfFirstLine;
  std::string_view message = beginning.substr(blank);
  if (message.empty() && !enough) return std::nullopt;
  bool more = false;
  if (const auto count = frame_count(message, more)) {
    if (count->size > kMaxFrame) return Format::syslog;  // no other has counts that lie
    message.remove_prefix(count->header);
    if (message.size() < count->size && !enough) return std::nullopt;
    return text_format(message.substr(0, count->size));
  }
  const std::size_t end = message.find_first_of(kEnds);
  if (end == std::string_view::npos && !enough) return std::nullopt;
  return text_format(message.substr(0, end));
}

}  // namespace weir::host
