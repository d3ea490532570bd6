// Places from a database in MaxMind's format (https://maxmind.github.io/MaxMind-DB/), laid out as
// in GeoLite2, GeoIP2 and DB-IP: English names of country, first subdivision and city, and the
// location.
#pragma once

#include <memory>
#include <string_view>

#include "base/ip.h"
#include "lookup/geo_place.h"

namespace weir::lookup {

// Immutable; any thread.
class GeoTree {
 public:
  // Whether there is metadata of a database at its end.
  static bool is_database(std::string_view content) noexcept;

  // Looks at all of it once, so that nothing broken is met later: every node of the tree, every
  // record. Throws Failure: what is broken, or that it holds no places. REQUIRES: is_database
  static GeoTree parse(std::string_view content);
  ~GeoTree();
  GeoTree(GeoTree&&) noexcept;
  GeoTree& operator=(GeoTree&&) noexcept;

  GeoColumns columns() const noexcept;
  bool find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept;

 private:
  struct Database;
  explicit GeoTree(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace weir::lookup
