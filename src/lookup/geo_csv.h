// Places as CSV: a first line of names such as Network,Country,Region,City,Latitude,Longitude, in
// any order, and a network with its place on each of the others (docs/enrichment.md).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "lookup/geo_place.h"
#include "lookup/prefix_map.h"

namespace weir::lookup {

// Immutable; any thread.
class GeoTable {
 public:
  // Throws Failure: what is wrong, with line and column.
  static GeoTable parse(std::string_view text);

  GeoColumns columns() const noexcept { return columns_; }
  bool find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept;

 private:
  friend class GeoCsvReader;

  // One of a kind, whatever the number of its networks: numbers of texts, and the bits of doubles.
  struct Row {
    std::uint32_t texts[3];
    std::uint32_t unused = 0;  // so that all bytes of a row have a value
    std::uint64_t coordinates[2];
    friend bool operator==(const Row&, const Row&) = default;
  };

  GeoColumns columns_;
  PrefixMap networks_;  // to rows
  std::vector<Row> rows_;
  std::vector<std::string_view> texts_;  // the first is empty: absent
  Bump memory_;
};

}  // namespace weir::lookup
