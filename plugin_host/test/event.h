// Events as tests compare them: members in order, each value in one spelling, so that two values
// are the same if their texts are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "library.h"

namespace weir::host {

enum class ValueKind : std::uint8_t { null, boolean, number, text, list, map };

struct Value {
  ValueKind kind = ValueKind::null;
  std::string json;   // numbers by value: 10, 10.0 and 1e1 are "10"; keys of maps sorted
  std::string plain;  // the same without quotes: what is left if types do not count
};

struct Member {
  std::string name;
  Value value;
};

// Members of `Extra` are members of their own: Extra.key.
using Event = std::vector<Member>;

// The value of a field, or null.
const Value* find_member(const Event& event, std::string_view name) noexcept;

// An event as the library hands it to a sink. Of one that passes, `line` is what was fed: members
// with names that are no fields are only there.
Event event_of(const Library& library, const weir_event& event, std::string_view line = {});

// One event a line. Throws Failure(runtime) for what is no JSON, or holds a number that 64 bits do
// not.
std::vector<Event> read_events(std::string_view lines);

}  // namespace weir::host
