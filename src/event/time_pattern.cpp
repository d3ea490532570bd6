#include "event/time_pattern.h"

#include <fmt/format.h>

#include <chrono>

#include "base/ascii.h"

namespace weir {

namespace {

// What patterns say besides the parts of a time.
struct Read {
  TimeParts& parts;
  int hour_of_twelve = -1;
  int afternoon = -1;  // 0: am, 1: pm
  int day_of_year = -1;
};

bool set(int number, int& part) noexcept {
  part = number;
  return number >= 0;
}

bool take_two_digit_year(std::string_view& text, TimeParts& parts) noexcept {
  const int year = take_digits(text, 2, 2);
  parts.year = year < 69 ? 2000 + year : 1900 + year;  // POSIX, strptime
  return year >= 0;
}

bool take_half(std::string_view& text, int& afternoon) noexcept {
  if (text.size() < 2 || (text[1] != 'M' && text[1] != 'm')) return false;
  const char first = text[0];
  if (first != 'A' && first != 'a' && first != 'P' && first != 'p') return false;
  afternoon = first == 'P' || first == 'p' ? 1 : 0;
  text.remove_prefix(2);
  return true;
}

bool take_part_zone(std::string_view& text, TimeParts& parts) noexcept {
  parts.zone = take_zone(text);
  return parts.zone.has_value();
}

// Makes of a day of the year, and of an hour of twelve, what the parts hold.
bool finish(const Read& read) noexcept {
  TimeParts& parts = read.parts;
  if (read.hour_of_twelve >= 0) {
    if (read.hour_of_twelve < 1 || read.hour_of_twelve > 12 || read.afternoon < 0) return false;
    parts.hour = read.hour_of_twelve % 12 + 12 * read.afternoon;
  }
  if (read.day_of_year < 0) return parts.month != 0 && parts.day != 0;
  const std::chrono::year year(parts.year);
  if (read.day_of_year < 1 || read.day_of_year > (year.is_leap() ? 366 : 365)) return false;
  const std::chrono::year_month_day date =
      std::chrono::sys_days(year / 1 / 1) + std::chrono::days(read.day_of_year - 1);
  parts.month = static_cast<int>(static_cast<unsigned>(date.month()));
  parts.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return true;
}

bool take_strftime(std::string_view pattern, std::string_view& text, Read& read) noexcept;

bool take_directive(char directive, std::string_view& text, Read& read) noexcept {
  TimeParts& parts = read.parts;
  switch (directive) {
    case 'Y':
      return set(take_digits(text, 4, 4), parts.year);
    case 'y':
      return take_two_digit_year(text, parts);
    case 'm':
      return set(take_digits(text, 1, 2), parts.month);
    case 'e':
      take(text, ' ');
      [[fallthrough]];
    case 'd':
      return set(take_digits(text, 1, 2), parts.day);
    case 'j':
      return set(take_digits(text, 1, 3), read.day_of_year);
    case 'b':
    case 'B':
    case 'h':
      return (parts.month = take_month(text)) != 0;
    case 'a':
    case 'A':
      return take_weekday(text) != 0;
    case 'H':
      return set(take_digits(text, 1, 2), parts.hour);
    case 'I':
      return set(take_digits(text, 1, 2), read.hour_of_twelve);
    case 'p':
      return take_half(text, read.afternoon);
    case 'M':
      return set(take_digits(text, 1, 2), parts.minute);
    case 'S':
      return set(take_digits(text, 1, 2), parts.second);
    case 'f':
      return set(take_fraction(text), parts.millis);
    case 'z':
    case 'Z':
      return take_part_zone(text, parts);
    case 'T':
      return take_strftime("%H:%M:%S", text, read);
    case 'D':
      return take_strftime("%m/%d/%y", text, read);
    case 'F':
      return take_strftime("%Y-%m-%d", text, read);
    case '%':
      return take(text, '%');
    default:
      return false;
  }
}

constexpr std::string_view directives = "YymdejbBhaAHIpMSfzZTDF%";

bool take_strftime(std::string_view pattern, std::string_view& text, Read& read) noexcept {
  while (!pattern.empty()) {
    if (take_blanks(pattern)) {
      if (!take_blanks(text)) return false;
    } else if (pattern[0] != '%') {
      if (!take(text, pattern[0])) return false;
      pattern.remove_prefix(1);
    } else {
      if (pattern.size() < 2 || !take_directive(pattern[1], text, read)) return false;
      pattern.remove_prefix(2);
    }
  }
  return true;
}

// Whether the pattern has one of the directives.
bool says(std::string_view pattern, std::string_view any_of) noexcept {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i)
    if (pattern[i] == '%' && any_of.find(pattern[++i]) != std::string_view::npos) return true;
  return false;
}

// The letters of one kind that a Java pattern has next, `count` of them. `width`: of a number that
// another follows at once, and which has as many digits therefore; else 0.
bool take_letters(char letter, int count, int width, std::string_view& text, Read& read) noexcept {
  TimeParts& parts = read.parts;
  const int least = width > 0 ? width : 1, most = width > 0 ? width : 2;
  switch (letter) {
    case 'y':
      if (count == 2) return take_two_digit_year(text, parts);
      return set(take_digits(text, 4, 4), parts.year);
    case 'M':
      if (count > 2) return (parts.month = take_month(text)) != 0;
      return set(take_digits(text, least, most), parts.month);
    case 'd':
      return set(take_digits(text, least, most), parts.day);
    case 'H':
      return set(take_digits(text, least, most), parts.hour);
    case 'h':
      return set(take_digits(text, least, most), read.hour_of_twelve);
    case 'a':
      return take_half(text, read.afternoon);
    case 'm':
      return set(take_digits(text, least, most), parts.minute);
    case 's':
      return set(take_digits(text, least, most), parts.second);
    case 'S':
      return set(take_fraction(text), parts.millis);
    case 'z':
    case 'Z':
    case 'X':
      return take_part_zone(text, parts);
    case 'E':
      return take_weekday(text) != 0;
    default:
      return false;
  }
}

// Text in quotes, of which two stand for one, there and elsewhere.
bool take_quoted(std::string_view& pattern, std::string_view& text) noexcept {
  pattern.remove_prefix(1);
  if (take(pattern, '\'')) return take(text, '\'');
  while (!pattern.empty()) {
    const char c = pattern[0];
    pattern.remove_prefix(1);
    if (c == '\'' && !take(pattern, '\'')) return true;
    if (!take(text, c)) return false;
  }
  return false;  // the quote does not end
}

}  // namespace

bool read_strftime(std::string_view pattern, std::string_view text, TimeParts& parts) noexcept {
  Read read{parts};
  return take_strftime(pattern, text, read) && text.empty() && finish(read);
}

std::string strftime_fault(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (++i == pattern.size()) return "ends in a %; write %% for the sign itself";
    if (directives.find(pattern[i]) == std::string_view::npos)
      return fmt::format("has %{}, which is none of %{}", pattern[i],
                         fmt::join(directives.begin(), directives.end(), " %"));
  }
  const bool day =
      says(pattern, "jD") || says(pattern, "F") || (says(pattern, "de") && says(pattern, "mbBh"));
  if (!day) return "names no day; add %m and %d, or %Y and %j";
  if (says(pattern, "j") && !says(pattern, "YyDF")) return "has %j without a year; add %Y";
  if (says(pattern, "I") && !says(pattern, "p")) return "has %I without %p; add it, or use %H";
  if (says(pattern, "p") && !says(pattern, "I")) return "has %p without %I; use %I for %H";
  return {};
}

bool read_java_time(std::string_view pattern, std::string_view text, TimeParts& parts) noexcept {
  Read read{parts};
  while (!pattern.empty()) {
    const char c = pattern[0];
    if (take_blanks(pattern)) {
      if (!take_blanks(text)) return false;
    } else if (c == '\'') {
      if (!take_quoted(pattern, text)) return false;
    } else if (is_letter(c)) {
      std::size_t count = 1;
      while (count < pattern.size() && pattern[count] == c) ++count;
      pattern.remove_prefix(count);
      constexpr std::string_view numbers = "yMdHhmsS";
      const bool touches = !pattern.empty() && numbers.find(pattern[0]) != std::string_view::npos;
      const int width = touches ? static_cast<int>(std::min<std::size_t>(count, 9)) : 0;
      if (!take_letters(c, static_cast<int>(count), width, text, read)) return false;
    } else {
      pattern.remove_prefix(1);
      if (!take(text, c)) return false;
    }
  }
  return text.empty() && finish(read);
}

}  // namespace weir
