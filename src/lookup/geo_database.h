// Where addresses are: networks with country, region, city and coordinates, the longest prefix
// counts. From CSV, or from a MaxMind database (libmaxminddb).
#pragma once

#include <memory>
#include <string_view>

#include "base/ip.h"
#include "lookup/geo_place.h"

namespace weir::lookup {

// Immutable; any thread.
class GeoDatabase {
 public:
  // The content of a file: CSV, or a MaxMind database, which shows by its metadata. Nothing of it
  // is borrowed. Throws Failure: it is neither, or broken; of CSV with line and column.
  static GeoDatabase parse(std::string_view content);
  ~GeoDatabase();
  GeoDatabase(GeoDatabase&&) noexcept;
  GeoDatabase& operator=(GeoDatabase&&) noexcept;

  // Those that have a value for some network, or could: a column of CSV may be empty.
  GeoColumns columns() const noexcept;

  // Fills the columns of `place` that are wanted; others stay as they are. False if no network has
  // the address. Texts are borrowed from the database and do not end in NUL. Allocates nothing.
  bool find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept;

 private:
  struct Data;
  explicit GeoDatabase(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace weir::lookup
