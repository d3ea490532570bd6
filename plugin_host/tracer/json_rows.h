// Rows out of JSON: feeds, MISP's warning lists, and what HTTP services answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tracer/feed_rows.h"

namespace weir::host::tracer {

// An object a line, or one array of objects. `key` is the member with the indicator, the others are
// the context: texts and numbers as they are, objects and lists as JSON, null as nothing. Throws
// weir::Failure with a position; bad_alloc.
void read_json(std::string_view key, std::string_view text, FeedRows& rows);

// Whether a list is one of MISP's: an object.
bool looks_like_misp(std::string_view text) noexcept;
// A warning list (misp-warninglists, schema.json) of any type but `regex` and `substring`. Returns
// its name. Throws as read_json.
std::string read_misp(std::string_view text, FeedRows& rows);

// The contexts in a service's answer: an object, or a list of them; null, [] and {} are none. False
// for anything else.
bool read_answer(std::string_view json, const std::function<void(const Context&)>& take);

}  // namespace weir::host::tracer
