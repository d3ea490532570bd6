// A time as it is written, in parts, and the forms that are read by the byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/time_zone.h"

namespace weir {

struct TimeParts {
  static constexpr int not_said = -1;
  int year = not_said;
  int month = 0;  // 1 to 12; 0: not said
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60: a leap second, the same as the next second
  int millis = 0;
  std::optional<Zone> zone;
};

// Milliseconds since the epoch; nullopt if there is no such day or hour. Without a zone of its own
// the time is one of `zone`. Without a year it is of the year that puts it nearest to `reference`,
// and not more than a day after it: a device's clock may be ahead of ours, but no log tells of the
// future. A reference of 0 is none, and then there is no time.
std::optional<std::int64_t> to_millis(const TimeParts& parts, const Zone& zone,
                                      std::int64_t reference) noexcept;

// Each reads the whole text; false if it has another form. Ranges are checked by to_millis.

// 2024-01-31T23:59:59, with T, t or a blank in the middle; perhaps a fraction after a point or a
// comma; perhaps Z or an offset, which one blank may stand before (ISO 8601).
bool read_iso8601(std::string_view text, TimeParts& parts) noexcept;

// The same with what RFC 3339 asks for: a zone, an offset as ±hh:mm, and a point.
bool read_rfc3339(std::string_view text, TimeParts& parts) noexcept;

// Jan 31 23:59:59, as RFC 3164 section 4.1.2 has it and CEF too; perhaps with a year before or
// after the time, a fraction, a zone after the time. One blank or more between parts.
bool read_month_first(std::string_view text, TimeParts& parts) noexcept;

// What those are made of, and patterns too. Each takes what it reads from the start of the text.

// A whole number of `least` to `most` digits, as many as there are; -1 if they are not there.
int take_digits(std::string_view& text, int least, int most) noexcept;

// A fraction's digits, which come after its point, in milliseconds, rounded down; -1: no digit.
int take_fraction(std::string_view& text) noexcept;

// An English month, 1 to 12, in any case, or a weekday, 1 (Monday) to 7: in three letters, or in
// full. 0 if it is none.
int take_month(std::string_view& text) noexcept;
int take_weekday(std::string_view& text) noexcept;

// The name or offset of a zone.
std::optional<Zone> take_zone(std::string_view& text) noexcept;

// False if there is none.
bool take_blanks(std::string_view& text) noexcept;
bool take(std::string_view& text, char c) noexcept;

}  // namespace weir
