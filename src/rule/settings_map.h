// One map of settings: which keys may stand in it, and typed reading of their values. Every
// function reports what is wrong and gives nullopt; a key that is absent gives nullopt silently.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/moment.h"
#include "event/time_zone.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// Of names of rules, tenants, callbacks; of descriptions. Code points.
constexpr std::size_t max_name = 128;
constexpr std::size_t max_description = 4000;

// A key or a value that a map may hold. What comes in a later version is known, and refused.
struct Word {
  std::string_view text;
  bool later = false;
};

// The value of a key, or null; of duplicates the first. Reports nothing.
const Node* find_value(const Node& map, std::string_view key);

class SettingsMap {
 public:
  // Reports unknown keys and keys of later versions. REQUIRES a map.
  SettingsMap(const Node& map, std::span<const Word> keys, Findings& findings);

  const Node& node() const noexcept { return map_; }
  Findings& findings() const noexcept { return findings_; }

  const Node* find(std::string_view key) const { return find_value(map_, key); }

  // As find; an absent key is an error at the map's position, which ends in `remedy`.
  const Node* require(std::string_view key, std::string_view remedy) const;

  // Text of `least` to `most` code points. A number or true is not text: it needs quotes.
  std::optional<std::string> text(std::string_view key, std::size_t least, std::size_t most) const;

  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                    std::int64_t most) const;
  std::optional<bool> boolean(std::string_view key) const;

  // The index of the word that the value is; words of later versions are refused.
  std::optional<std::size_t> choice(std::string_view key, std::span<const Word> words) const;

  // A number of seconds, or a number and ms, s, m, h or d; more than 0, at most a year. `least` is
  // what is said of the lower bound, where the caller has a meaning for 0.
  std::optional<Duration> duration(std::string_view key,
                                   std::string_view least = "more than 0") const;

  // The same, of 0 or more. zero: what 0 means, for messages.
  std::optional<Duration> duration_or_zero(std::string_view key, std::string_view zero) const;

  // A time zone by its name, or an offset.
  std::optional<Zone> zone(std::string_view key) const;

  // A number of bytes, or a number and KB, MiB and the like; at least one byte.
  std::optional<std::uint64_t> bytes(std::string_view key) const;

  // The items of a list.
  const std::vector<Node>* list(std::string_view key) const;

 private:
  const Node& map_;
  Findings& findings_;
};

// "'bounds' is not supported yet": what a later version brings, said everywhere alike.
std::string not_supported(std::string_view what);

// True of a plain scalar that YAML and JSON take for a number, true or false.
bool is_typed(const Node& scalar);

}  // namespace weir::rule
