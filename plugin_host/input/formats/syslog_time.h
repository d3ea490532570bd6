// The times of syslog headers, as far as the reader must know them: where they end, and whether
// they are times. What they mean is for the library to find.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::host {

// Each returns the size of the time that the text begins with, 0 when it does not.

// TIMESTAMP of RFC 5424, 6.2.3: of a day that there is, with a zone, at most six digits of a
// second.
std::size_t rfc5424_time_size(std::string_view text) noexcept;

// As rsyslog and others write: also with a blank for the T, up to nine digits, with no zone.
std::size_t iso_time_size(std::string_view text) noexcept;

// `Oct  1 22:14:15` of RFC 3164, also with a year behind the day or before the month and with a
// part of a second, and with Cisco's zone: that is behind a blank and before `: %`.
std::size_t bsd_time_size(std::string_view text) noexcept;

// Whether the text begins with a month's name, a blank and a digit, as a time would.
bool begins_as_bsd_time(std::string_view text) noexcept;

}  // namespace weir::host
