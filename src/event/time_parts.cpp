#include "event/time_parts.h"

#include <array>
#include <chrono>

#include "base/ascii.h"

namespace weir {

namespace {

using Names = std::string_view;

constexpr std::array<Names, 12> months{"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december"};
constexpr std::array<Names, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};

constexpr std::int64_t day_millis = 86'400'000;

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

// The first three letters, which tell months and weekdays apart.
constexpr std::uint32_t three(std::string_view text) noexcept {
  std::uint32_t letters = 0;
  for (std::size_t i = 0; i < 3; ++i)
    letters = letters << 8 | static_cast<unsigned char>(lower(text[i]));
  return letters;
}

template <std::size_t n>
int take_name(std::string_view& text, const std::array<Names, n>& names) noexcept {
  if (text.size() < 3) return 0;
  const std::uint32_t letters = three(text);
  for (std::size_t i = 0; i < n; ++i) {
    if (three(names[i]) != letters) continue;
    std::size_t same = 3;
    while (same < text.size() && same < names[i].size() && lower(text[same]) == names[i][same])
      ++same;
    text.remove_prefix(same == names[i].size() ? same : 3);
    return static_cast<int>(i) + 1;
  }
  return 0;
}

bool is_zone_letter(char c) noexcept {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || is_digit(c) || c == '/' || c == '_' || c == '+' ||
         c == '-' || c == ':';
}

// Two digits of a date at a known place; out of every range if one is none.
int two(const char* at) noexcept {
  const auto tens = static_cast<unsigned>(at[0] - '0'), ones = static_cast<unsigned>(at[1] - '0');
  return tens > 9 || ones > 9 ? 1000 : static_cast<int>(tens * 10 + ones);
}

// yyyy-mm-ddThh:mm:ss, which it takes.
bool take_date_time(std::string_view& text, TimeParts& parts) noexcept {
  if (text.size() < 19) return false;
  const char* const at = text.data();
  if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ' && at[10] != 't') ||
      at[13] != ':' || at[16] != ':')
    return false;
  const int century = two(at), year = two(at + 2);
  if (century > 99 || year > 99) return false;
  parts.year = century * 100 + year;
  parts.month = two(at + 5);
  parts.day = two(at + 8);
  parts.hour = two(at + 11);
  parts.minute = two(at + 14);
  parts.second = two(at + 17);
  text.remove_prefix(19);
  return true;
}

// hh:mm:ss, and perhaps a fraction.
bool take_clock(std::string_view& text, TimeParts& parts) noexcept {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  parts.hour = two(text.data());
  parts.minute = two(text.data() + 3);
  parts.second = two(text.data() + 6);
  text.remove_prefix(8);
  if (!take(text, '.') && !take(text, ',')) return true;
  return (parts.millis = take_fraction(text)) >= 0;
}

// A date that there is; of a year the day exists in.
std::optional<std::int64_t> to_millis(const TimeParts& parts, int year, const Zone& zone) noexcept {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t local = ((days * 24 + parts.hour) * 60 + parts.minute) * 60 + parts.second;
  return zone.to_utc(local) * 1000 + parts.millis;
}

}  // namespace

std::optional<std::int64_t> to_millis(const TimeParts& parts, const Zone& zone,
                                      std::int64_t reference) noexcept {
  if (parts.hour > 23 || parts.minute > 59 || parts.second > 60 || parts.month < 1 ||
      parts.month > 12 || parts.day < 1 || parts.day > 31)
    return std::nullopt;
  const Zone& in = parts.zone ? *parts.zone : zone;
  if (parts.year != TimeParts::not_said) return to_millis(parts, parts.year, in);
  constexpr std::int64_t farthest = std::int64_t{20'000} * 365 * day_millis;
  if (reference == 0 || reference > farthest || reference < -farthest) return std::nullopt;
  const auto today = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(reference)));
  const int now = static_cast<int>(std::chrono::year_month_day(today).year());
  // The 29th of February is at most eight years apart.
  for (int year = now + 1; year >= now - 8; --year)
    if (const auto time = to_millis(parts, year, in); time && *time <= reference + day_millis)
      return time;
  return std::nullopt;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_blanks(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && (text[count] == ' ' || text[count] == '\t')) ++count;
  text.remove_prefix(count);
  return count > 0;
}

int take_digits(std::string_view& text, int least, int most) noexcept {
  int value = 0, count = 0;
  for (; count < most && static_cast<std::size_t>(count) < text.size() &&
         is_digit(text[static_cast<std::size_t>(count)]);
       ++count)
    value = value * 10 + (text[static_cast<std::size_t>(count)] - '0');
  if (count < least) return -1;
  text.remove_prefix(static_cast<std::size_t>(count));
  return value;
}

int take_fraction(std::string_view& text) noexcept {
  int millis = 0, scale = 100;
  std::size_t count = 0;
  for (; count < text.size() && is_digit(text[count]); ++count, scale /= 10)
    millis += scale * (text[count] - '0');
  text.remove_prefix(count);
  return count == 0 ? -1 : millis;
}

int take_month(std::string_view& text) noexcept { return take_name(text, months); }
int take_weekday(std::string_view& text) noexcept { return take_name(text, weekdays); }

std::optional<Zone> take_zone(std::string_view& text) noexcept {
  std::string_view rest = text;
  if (const auto offset = take_offset(rest)) {
    text = rest;
    return Zone(*offset);
  }
  std::size_t size = 0;
  while (size < text.size() && is_zone_letter(text[size])) ++size;
  const auto zone = find_zone(text.substr(0, size));
  if (zone) text.remove_prefix(size);
  return zone;
}

bool read_iso8601(std::string_view text, TimeParts& parts) noexcept {
  if (!take_date_time(text, parts)) return false;
  if ((take(text, '.') || take(text, ',')) && (parts.millis = take_fraction(text)) < 0)
    return false;
  if (text.empty()) return true;
  take(text, ' ');
  if (take(text, 'Z') || take(text, 'z')) {
    parts.zone = Zone();
  } else if (const auto offset = take_offset(text)) {
    parts.zone = Zone(*offset);
  } else {
    return false;
  }
  return text.empty();
}

bool read_rfc3339(std::string_view text, TimeParts& parts) noexcept {
  if (!take_date_time(text, parts)) return false;
  if (take(text, '.') && (parts.millis = take_fraction(text)) < 0) return false;
  if (text == "Z" || text == "z") {
    parts.zone = Zone();
    return true;
  }
  if (text.size() != 6 || text[3] != ':') return false;
  const auto offset = take_offset(text);
  if (offset) parts.zone = Zone(*offset);
  return offset && text.empty();
}

bool read_month_first(std::string_view text, TimeParts& parts) noexcept {
  if ((parts.month = take_month(text)) == 0 || !take_blanks(text)) return false;
  if ((parts.day = take_digits(text, 1, 2)) < 0 || !take_blanks(text)) return false;
  if (text.size() > 4 && text[2] != ':') {
    if ((parts.year = take_digits(text, 4, 4)) < 0 || !take_blanks(text)) return false;
  }
  if (!take_clock(text, parts)) return false;
  while (!text.empty()) {
    if (!take_blanks(text)) return false;
    const bool year = text.size() >= 4 && is_digit(text[0]);
    if (year && parts.year == TimeParts::not_said) {
      if ((parts.year = take_digits(text, 4, 4)) < 0) return false;
    } else if (parts.zone || !(parts.zone = take_zone(text))) {
      return false;
    }
  }
  return true;
}

}  // namespace weir
