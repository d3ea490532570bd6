// What a database of places says of an address.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/value.h"

namespace weir::lookup {

enum class GeoColumn : std::uint8_t { country, region, city, latitude, longitude };
inline constexpr std::size_t geo_columns = 5;
inline constexpr std::array<std::string_view, geo_columns> geo_column_names{
    "Country", "Region", "City", "Latitude", "Longitude"};

// Some of the columns.
class GeoColumns {
 public:
  constexpr bool has(GeoColumn column) const noexcept { return (bits_ & bit(column)) != 0; }
  constexpr void add(GeoColumn column) noexcept { bits_ = bits_ | bit(column); }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  friend bool operator==(GeoColumns, GeoColumns) = default;

  static constexpr GeoColumns all() noexcept {
    GeoColumns columns;
    columns.bits_ = (1U << geo_columns) - 1;
    return columns;
  }

 private:
  static constexpr unsigned bit(GeoColumn column) noexcept {
    return 1U << static_cast<unsigned>(column);
  }
  unsigned bits_ = 0;
};

// Texts, and of the coordinates doubles; absent where the database says nothing.
using GeoPlace = std::array<Value, geo_columns>;

// Degrees that a place on earth may have.
inline bool is_coordinate(GeoColumn column, double degrees) noexcept {
  return std::abs(degrees) <= (column == GeoColumn::latitude ? 90 : 180);
}

}  // namespace weir::lookup
