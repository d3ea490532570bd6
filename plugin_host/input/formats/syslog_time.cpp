#include "input/formats/syslog_time.h"

#include <array>

#include "input/formats/text_scan.h"

namespace weir::host {
namespace {

// The number that `count` digits at `at` write, -1 when they are not there.
int digits_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (text.size() < at + count) return -1;
  int number = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

bool within(int number, int first, int last) noexcept { return number >= first && number <= last; }

bool has(std::string_view text, std::size_t at, char c) noexcept {
  return at < text.size() && text[at] == c;
}

int days_of(int month, int year) noexcept {
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// `2003-10-11`, of a day that there is.
bool is_date(std::string_view text) noexcept {
  const int year = digits_at(text, 0, 4);
  const int month = digits_at(text, 5, 2);
  return year >= 0 && has(text, 4, '-') && within(month, 1, 12) && has(text, 7, '-') &&
         within(digits_at(text, 8, 2), 1, days_of(month, year));
}

// `22:14:15`
bool is_clock(std::string_view text, std::size_t at) noexcept {
  return within(digits_at(text, at, 2), 0, 23) && has(text, at + 2, ':') &&
         within(digits_at(text, at + 3, 2), 0, 59) && has(text, at + 5, ':') &&
         within(digits_at(text, at + 6, 2), 0, 59);
}

// Behind a part of a second; 0 when a point stands alone or there are more digits than `most`.
std::size_t behind_fraction(std::string_view text, std::size_t at, std::size_t most) noexcept {
  if (!has(text, at, '.')) return at;
  const std::size_t end = skip_digits(text, at + 1);
  return within(static_cast<int>(end - at - 1), 1, static_cast<int>(most)) ? end : 0;
}

// Behind `Z`, `+03:00`, or with `loose` also `+0300`; `at` when there is none.
std::size_t behind_zone(std::string_view text, std::size_t at, bool loose) noexcept {
  if (has(text, at, 'Z')) return at + 1;
  if (!has(text, at, '+') && !has(text, at, '-')) return at;
  if (!within(digits_at(text, at + 1, 2), 0, 23)) return at;
  const std::size_t minutes = has(text, at + 3, ':') ? at + 4 : at + 3;
  if (minutes == at + 3 && !loose) return at;
  return within(digits_at(text, minutes, 2), 0, 59) ? minutes + 2 : at;
}

std::size_t month_size(std::string_view text) noexcept {
  constexpr std::string_view months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  if (text.size() < 4 || !is_upper(text[0]) || text[3] != ' ') return 0;
  return months.find(text.substr(0, 4)) % 4 == 0 ? 3 : 0;
}

// Behind a year and a blank; `at` when there is none.
std::size_t behind_year(std::string_view text, std::size_t at) noexcept {
  return digits_at(text, at, 4) >= 1900 && has(text, at + 4, ' ') ? at + 5 : at;
}

// Behind Cisco's zone, such as ` UTC`.
std::size_t behind_zone_name(std::string_view text, std::size_t at) noexcept {
  if (!has(text, at, ' ')) return at;
  std::size_t end = at + 1;
  while (end < text.size() && is_upper(text[end])) ++end;
  const bool zone = within(static_cast<int>(end - at - 1), 2, 5);
  return zone && text.substr(end).starts_with(": %") ? end : at;
}

}  // namespace

std::size_t rfc5424_time_size(std::string_view text) noexcept {
  if (!has(text, 10, 'T') || !is_date(text) || !is_clock(text, 11)) return 0;
  const std::size_t zone = behind_fraction(text, 19, 6);
  const std::size_t end = behind_zone(text, zone, false);
  return zone == 0 || end == zone ? 0 : end;
}

std::size_t iso_time_size(std::string_view text) noexcept {
  if ((!has(text, 10, 'T') && !has(text, 10, ' ')) || !is_date(text) || !is_clock(text, 11)) {
    return 0;
  }
  const std::size_t zone = behind_fraction(text, 19, 9);
  return zone == 0 ? 0 : behind_zone(text, zone, true);
}

std::size_t bsd_time_size(std::string_view text) noexcept {
  const std::size_t month = behind_year(text, 0);
  const std::size_t named = month_size(text.substr(month));
  if (named == 0) return 0;
  const std::size_t day = skip_blanks(text, month + named);
  const std::size_t behind_day = skip_digits(text, day);
  const std::size_t digits = behind_day - day;
  if (!within(static_cast<int>(digits), 1, 2) || !within(digits_at(text, day, digits), 1, 31) ||
      !has(text, behind_day, ' ')) {
    return 0;
  }
  const std::size_t clock = behind_year(text, behind_day + 1);
  if (!is_clock(text, clock)) return 0;
  const std::size_t end = behind_fraction(text, clock + 8, 9);
  return end == 0 ? 0 : behind_zone_name(text, end);
}

bool begins_as_bsd_time(std::string_view text) noexcept {
  const std::size_t named = month_size(text);
  const std::size_t day = named == 0 ? 0 : skip_blanks(text, named);
  return named != 0 && day < text.size() && is_digit(text[day]);
}

}  // namespace weir::host
