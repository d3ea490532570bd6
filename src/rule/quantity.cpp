#include "rule/quantity.h"

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "base/text.h"

namespace weir::rule {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t scale;
};

constexpr std::int64_t nanos_a_second = 1'000'000'000;
constexpr std::int64_t longest_duration = 365 * 86'400 * nanos_a_second;
constexpr std::array<Unit, 5> durations{{{"ms", 1'000'000},  // before m and s
                                         {"s", nanos_a_second},
                                         {"m", 60 * nanos_a_second},
                                         {"h", 3600 * nanos_a_second},
                                         {"d", 86'400 * nanos_a_second}}};

constexpr std::int64_t largest_size = std::numeric_limits<std::int64_t>::max();
constexpr std::array<Unit, 8> sizes{{{"KB", 1000},
                                     {"MB", 1'000'000},
                                     {"GB", 1'000'000'000},
                                     {"TB", 1'000'000'000'000},
                                     {"KiB", std::int64_t{1} << 10},
                                     {"MiB", std::int64_t{1} << 20},
                                     {"GiB", std::int64_t{1} << 30},
                                     {"TiB", std::int64_t{1} << 40}}};

std::optional<std::int64_t> read_quantity(const Node& node, std::span<const Unit> units,
                                          std::int64_t scale, std::int64_t most) {
  std::string_view number = node.text;
  bool has_unit = false;
  for (const Unit& unit : units) {
    if (!number.ends_with(unit.name)) continue;
    number.remove_suffix(unit.name.size());
    scale = unit.scale;
    has_unit = true;
    break;
  }
  if (node.quoted && !has_unit) return std::nullopt;  // text without a unit
  const auto value = parse_number(number);
  if (!value) return std::nullopt;
  const auto whole = parse_integer(number);
  if (whole) return *whole > 0 && *whole <= most / scale ? *whole * scale : 0;  // exact
  const double scaled = *value * static_cast<double>(scale);
  // The largest int64 is no double; the next one up does not fit.
  if (!(scaled >= 0.5) || scaled > static_cast<double>(most) || scaled >= 0x1p63) return 0;
  return std::llround(scaled);
}

}  // namespace

std::optional<std::int64_t> read_duration(const Node& node) {
  return read_quantity(node, durations, nanos_a_second, longest_duration);
}

std::optional<std::int64_t> read_bytes(const Node& node) {
  return read_quantity(node, sizes, 1, largest_size);
}

}  // namespace weir::rule
