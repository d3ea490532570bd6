// Time zones: names of the IANA database, offsets from UTC, and the abbreviations that devices
// write.
//
// Names and transitions of the database are read when they are first asked for, and kept. After
// that a look-up costs a hash and a comparison and a conversion a binary search; neither allocates.
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir {

// Where a zone's clocks were changed; between these times the offset is constant.
struct ZoneChanges {
  struct Change {
    std::int64_t until = 0;  // local seconds, as they are read by who has not changed the clock yet
    std::int64_t at = 0;     // the same moment, in seconds since the epoch
    std::int32_t before = 0;  // offset, in seconds
  };
  std::vector<Change> changes;  // in order
  std::int32_t last = 0;        // the offset after them
};

// Trivially copied; by default UTC.
class Zone {
 public:
  constexpr Zone() noexcept = default;
  explicit constexpr Zone(std::int32_t offset) noexcept : offset_(offset) {}
  // `changes` is kept by the one who made it.
  explicit constexpr Zone(const ZoneChanges* changes) noexcept : changes_(changes) {}

  // Seconds since the epoch of a local time, counted as if it were UTC. Of two the earlier; a time
  // that the clocks skipped is moved forward by what they skipped.
  std::int64_t to_utc(std::int64_t local) const noexcept {
    return local - (changes_ == nullptr ? offset_ : offset_at(local));
  }

  // The offset in force at a time, given in seconds since the epoch. In seconds.
  std::int32_t offset_in_force(std::int64_t utc) const noexcept;

 private:
  std::int32_t offset_at(std::int64_t local) const noexcept;

  const ZoneChanges* changes_ = nullptr;
  std::int32_t offset_ = 0;
};

// Z, UTC, MSK or another abbreviation, in any case; +03:00, +0300, +03 or +3, also behind UTC or
// GMT; a name of the IANA database, such as Europe/Moscow. An abbreviation is a constant offset,
// also where it is a name of the database too. nullopt: none of them, or no memory.
std::optional<Zone> find_zone(std::string_view name) noexcept;

// Names of the IANA database and abbreviations, for a did-you-mean. Without the database (package
// tzdata) the abbreviations alone.
std::vector<std::string_view> zone_names();

// An offset such as +03:00 at the start of `text`, which it is taken from. In seconds.
std::optional<std::int32_t> take_offset(std::string_view& text) noexcept;

}  // namespace weir
