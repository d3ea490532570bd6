// Arguments that several functions take.
#pragma once

#include "abi/guard.h"
#include "engine/clock.h"
#include "rule/presets.h"

namespace weir::abi {

inline Time checked_time(std::int64_t now) {
  if (now < 0 || now > engine::latest.nanos)
    refuse("now is out of range; pass nanoseconds since 1970, at most the year 2261");
  return {now};
}

inline bool is_last(std::uint32_t flags) {
  if ((flags & ~static_cast<std::uint32_t>(WEIR_LAST)) != 0)
    throw Failure(Status::not_supported, "flags holds one that is unknown; use 0 or WEIR_LAST");
  return (flags & WEIR_LAST) != 0;
}

// The caller's cursor, written back at the end: also when a chunk fails, for those before it were
// applied.
struct CheckedCursor {
  explicit CheckedCursor(weir_cursor* given)
      : caller(required(given, "cursor is NULL; pass one a source, zero at its start")),
        cursor(
            read_struct(given, "weir_cursor.struct_size is wrong; set it to sizeof(weir_cursor)")) {
    if (caller.struct_size < offsetof(weir_cursor, preset))
      refuse("weir_cursor.struct_size is too small; set it to sizeof(weir_cursor)");
    if (cursor.preset > rule::presets().size())
      refuse("weir_cursor.preset is none that weir_preset_id gave");
    cursor.consumed = 0;
  }
  ~CheckedCursor() {
    caller.state = cursor.state;
    caller.consumed = cursor.consumed;
    caller.lines = cursor.lines;
    if (caller.struct_size >= offsetof(weir_cursor, events) + sizeof caller.events)
      caller.events = cursor.events;
  }
  CheckedCursor(const CheckedCursor&) = delete;
  CheckedCursor& operator=(const CheckedCursor&) = delete;

  weir_cursor& caller;
  weir_cursor cursor;
};

}  // namespace weir::abi
