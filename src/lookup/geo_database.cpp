#include "lookup/geo_database.h"

#include "base/error.h"

namespace weir::lookup {

struct GeoDatabase::Data {};

GeoDatabase GeoDatabase::open(const std::string&) {
  throw Failure(Status::not_supported, "not supported yet");
}
GeoDatabase GeoDatabase::parse_csv(std::string_view) {
  throw Failure(Status::not_supported, "not supported yet");
}
GeoDatabase::GeoDatabase(std::unique_ptr<Data> data) : data_(std::move(data)) {}
GeoDatabase::~GeoDatabase() = default;
GeoDatabase::GeoDatabase(GeoDatabase&&) noexcept = default;
GeoDatabase& GeoDatabase::operator=(GeoDatabase&&) noexcept = default;

bool GeoDatabase::find(const Address&, GeoPlace&, Bump&) const { return false; }

}  // namespace weir::lookup
