// Where addresses are: networks with country, region, city and coordinates, the longest prefix
// counts. From CSV, or from a MaxMind database (libmaxminddb).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bump.h"
#include "base/ip.h"
#include "event/value.h"

namespace weir::lookup {

enum class GeoColumn : std::uint8_t { country, region, city, latitude, longitude };
inline constexpr std::size_t geo_columns = 5;
inline constexpr std::array<std::string_view, geo_columns> geo_column_names{
    "Country", "Region", "City", "Latitude", "Longitude"};

// Texts, and of the coordinates doubles; absent where the database says nothing.
using GeoPlace = std::array<Value, geo_columns>;

// Immutable; any thread.
class GeoDatabase {
 public:
  // By what the file begins with. Throws Failure: a file that cannot be read, or is neither;
  // line and column of CSV. The message names the file.
  static GeoDatabase open(const std::string& path);
  // CSV alone, from memory.
  static GeoDatabase parse_csv(std::string_view text);
  ~GeoDatabase();
  GeoDatabase(GeoDatabase&&) noexcept;
  GeoDatabase& operator=(GeoDatabase&&) noexcept;

  // False if no network has the address. Texts are borrowed from the database, or lie in `memory`.
  // Throws bad_alloc.
  bool find(const Address& address, GeoPlace& place, Bump& memory) const;

 private:
  struct Data;
  explicit GeoDatabase(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace weir::lookup
