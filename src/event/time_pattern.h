// Times by a pattern: strftime's, which a mapping states, or SimpleDateFormat's of Java, which
// events bring along (LEEF's devTimeFormat). Patterns are read from left to right beside the text.
// Nothing allocates.
#pragma once

#include <string>
#include <string_view>

#include "event/time_parts.h"

namespace weir {

// %Y year in four digits, %y in two (69 and above: 19xx), %m, %d and %e, %j day of the year, %b
// (%B, %h) month by name, %a (%A) weekday, passed over, %H, %I with %p, %M, %S, %f fraction of a
// second, %z and %Z a zone, %T = %H:%M:%S, %D = %m/%d/%y, %F = %Y-%m-%d, %%. Numbers may lack
// leading zeros. Blanks stand for one blank or more; all else for itself.
//
// False if the text has another form. REQUIRES: strftime_fault(pattern) is empty.
bool read_strftime(std::string_view pattern, std::string_view text, TimeParts& parts) noexcept;

// What is wrong with a pattern and what to do: "has %Q, …"; empty if nothing.
std::string strftime_fault(std::string_view pattern);

// y M d H h a m s S z Z X E and text in single quotes, as SimpleDateFormat of Java SE 17 has them.
// S is a fraction's digits, however many there are; any notation of a zone will do for z, Z and X.
// False also for a pattern with other letters, or without a day.
bool read_java_time(std::string_view pattern, std::string_view text, TimeParts& parts) noexcept;

}  // namespace weir
