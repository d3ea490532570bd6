#include "lookup/geo_database.h"

#include <utility>
#include <variant>

#include "base/error.h"
#include "lookup/geo_csv.h"
#include "lookup/geo_mmdb.h"

namespace weir::lookup {

namespace {

// What begins like this is compressed: gzip (RFC 1952), as MaxMind's archives are, zip and zstd.
bool is_compressed(std::string_view content) noexcept {
  return content.starts_with("\x1F\x8B") || content.starts_with("PK\x03\x04") ||
         content.starts_with("\x28\xB5\x2F\xFD");
}

constexpr std::size_t looked_at = 4096;  // bytes; the tree of a database has a NUL among the first

}  // namespace

struct GeoDatabase::Data {
  std::variant<GeoTable, GeoTree> source;
};

GeoDatabase GeoDatabase::parse(std::string_view content) {
  if (GeoTree::is_database(content))
    return GeoDatabase(std::make_unique<Data>(Data{GeoTree::parse(content)}));
  if (is_compressed(content))
    throw Failure(Status::invalid_document, "the file is compressed; expand it first");
  if (content.substr(0, looked_at).find('\0') != std::string_view::npos)
    throw Failure(Status::invalid_document,
                  "the file is neither CSV nor a MaxMind database, or the end of one is missing; "
                  "fetch it again");
  return GeoDatabase(std::make_unique<Data>(Data{GeoTable::parse(content)}));
}

GeoDatabase::GeoDatabase(std::unique_ptr<Data> data) : data_(std::move(data)) {}
GeoDatabase::~GeoDatabase() = default;
GeoDatabase::GeoDatabase(GeoDatabase&&) noexcept = default;
GeoDatabase& GeoDatabase::operator=(GeoDatabase&&) noexcept = default;

GeoColumns GeoDatabase::columns() const noexcept {
  return std::visit([](const auto& source) { return source.columns(); }, data_->source);
}

bool GeoDatabase::find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept {
  return std::visit([&](const auto& source) { return source.find(address, wanted, place); },
                    data_->source);
}

}  // namespace weir::lookup
