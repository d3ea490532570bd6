#include "event/rfc3339.h"

#include <chrono>

namespace weir {

namespace {

// Reads exactly `digits` digits at `at`, which moves on; -1 if they are not all there.
int read(std::string_view text, std::size_t& at, int digits) noexcept {
  int value = 0;
  for (int i = 0; i < digits; ++i, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') return -1;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool skip(std::string_view text, std::size_t& at, std::string_view any_of) noexcept {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

// Z or ±hh:mm, in minutes.
std::optional<int> read_offset(std::string_view text, std::size_t& at) noexcept {
  if (skip(text, at, "Zz")) return 0;
  const bool minus = at < text.size() && text[at] == '-';
  if (!skip(text, at, "+-")) return std::nullopt;
  const int hours = read(text, at, 2);
  if (!skip(text, at, ":")) return std::nullopt;
  const int minutes = read(text, at, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (minus ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) noexcept {
  std::size_t at = 0;
  const int year = read(text, at, 4);
  if (year < 0 || !skip(text, at, "-")) return std::nullopt;
  const int month = read(text, at, 2);
  if (month < 0 || !skip(text, at, "-")) return std::nullopt;
  const int day = read(text, at, 2);
  if (day < 0 || !skip(text, at, "Tt ")) return std::nullopt;
  const int hour = read(text, at, 2);
  if (hour < 0 || !skip(text, at, ":")) return std::nullopt;
  const int minute = read(text, at, 2);
  if (minute < 0 || !skip(text, at, ":")) return std::nullopt;
  const int second = read(text, at, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  int millis = 0;
  if (skip(text, at, ".")) {
    int scale = 100;
    const std::size_t start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      millis += scale * (text[at] - '0');
    if (at == start) return std::nullopt;
  }
  const auto offset = read_offset(text, at);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!offset || at != text.size() || !date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + hour) * 60 + minute - *offset) * 60 + second;
  return seconds * 1000 + millis;
}

}  // namespace weir
