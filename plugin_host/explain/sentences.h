// What an explanation says in words. Objects are those of weir_explain's JSON.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>

namespace weir::host {

// Such as "6.5 s".
std::string duration_text(std::int64_t millis);
// RFC 3339, UTC.
std::string time_text(std::int64_t millis);

// "it joins the open bucket as event 2 of 3, with 6 s left", of a rule that takes the event.
std::string effect_text(simdjson::dom::element rule);
// "its filter is false", of a rule that was tried and does not take it.
std::string reason_text(simdjson::dom::element rule);
// "its time is 12.3 s behind the clock, and it goes on like any other", of `late`.
std::string late_text(simdjson::dom::element late);
// The outcome of the whole, in a sentence.
std::string outcome_text(simdjson::dom::element explanation);

}  // namespace weir::host
