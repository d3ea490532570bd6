#include "lookup/geo_mmdb.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "lookup/mmdb_check.h"
#include "lookup/record.h"

namespace weir::lookup {

namespace {

// Metadata follows the last of these, within the last 128 KiB.
constexpr std::string_view marker = "\xAB\xCD\xEFMaxMind.com";
constexpr std::size_t most_metadata = 128 * 1024;

// Between the tree and the data, all zero.
constexpr std::size_t separator = 16;

std::size_t find_marker(std::string_view content) noexcept {
  const std::size_t from = content.size() - std::min(content.size(), most_metadata);
  const std::size_t at = content.substr(from).rfind(marker);
  return at == std::string_view::npos ? at : from + at;
}

[[noreturn]] void fail_broken(std::string_view what) {
  throw Failure(Status::invalid_document,
                fmt::format("the MaxMind database is broken: {}; fetch it again", what));
}

// A file in memory that nobody can cut or write to: libmaxminddb maps a file, and the process would
// end at a page that is no longer there.
class SealedFile {
 public:
  explicit SealedFile(std::string_view content) : number_(create()) {
    if (number_ < 0) fail();
    try {
      write_all(content);
      if (fcntl(number_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) !=
          0)
        fail();
    } catch (...) {
      close(number_);
      throw;
    }
  }
  ~SealedFile() { close(number_); }
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  std::string path() const { return fmt::format("/proc/self/fd/{}", number_); }

 private:
  // Newer kernels can be told to want the first flag, and older ones do not know it.
  static int create() noexcept {
    constexpr unsigned no_exec = 0x0008, flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    const int number = memfd_create("weir-places", flags | no_exec);
    return number >= 0 || errno != EINVAL ? number : memfd_create("weir-places", flags);
  }

  void write_all(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t written = write(number_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail();
      content.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  [[noreturn]] static void fail() {
    throw Failure(Status::internal,
                  fmt::format("no memory can be had for the database: {}; free some, or use CSV",
                              std::generic_category().message(errno)));
  }

  int number_;
};

using Path = const char* const*;
constexpr const char* country_name[] = {"country", "names", "en", nullptr};
constexpr const char* country_code[] = {"country", "iso_code", nullptr};
constexpr const char* region_name[] = {"subdivisions", "0", "names", "en", nullptr};
constexpr const char* city_name[] = {"city", "names", "en", nullptr};
constexpr const char* latitude[] = {"location", "latitude", nullptr};
constexpr const char* longitude[] = {"location", "longitude", nullptr};

// In the order of GeoColumn.
constexpr Path paths[geo_columns] = {country_name, region_name, city_name, latitude, longitude};

Value value_at(MMDB_entry_s record, Path path, GeoColumn column) noexcept {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(&record, &data, path) != MMDB_SUCCESS || !data.has_data) return {};
  const bool degrees = column == GeoColumn::latitude || column == GeoColumn::longitude;
  if (!degrees && data.type == MMDB_DATA_TYPE_UTF8_STRING)
    return Value::of(std::string_view(data.utf8_string, data.data_size));
  if (!degrees) return {};
  double number = 0;
  if (data.type == MMDB_DATA_TYPE_DOUBLE)
    number = data.double_value;
  else if (data.type == MMDB_DATA_TYPE_FLOAT)
    number = static_cast<double>(data.float_value);
  else
    return {};
  return is_coordinate(column, number) ? Value::of(number) : Value{};
}

GeoPlace read_place(const MMDB_entry_s& record) noexcept {
  GeoPlace place;
  for (std::size_t i = 0; i < geo_columns; ++i)
    place[i] = value_at(record, paths[i], static_cast<GeoColumn>(i));
  if (!place[0].present()) place[0] = value_at(record, country_code, GeoColumn::country);
  return place;
}

}  // namespace

struct GeoTree::Database {
  explicit Database(std::string_view content) {
    const int error = MMDB_open(SealedFile(content).path().c_str(), MMDB_MODE_MMAP, &reader);
    if (error == MMDB_SUCCESS) return;
    if (error == MMDB_OUT_OF_MEMORY_ERROR) throw std::bad_alloc();
    if (error == MMDB_FILE_OPEN_ERROR || error == MMDB_IO_ERROR)
      throw Failure(Status::internal,
                    "the database cannot be mapped; mount /proc, or use CSV instead");
    fail_broken(MMDB_strerror(error));
  }
  ~Database() { MMDB_close(&reader); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void check_records(std::string_view section);
  void note(const MMDB_entry_s& record, MmdbCheck& check, std::vector<bool>& known);
  void read_places();

  MMDB_s reader{};
  GeoColumns columns;
  std::vector<std::uint32_t> records;  // that nodes lead to, where in the data, in order
  std::vector<GeoPlace> places;        // of those: to read a record takes microseconds
};

// Every node of the tree, and every record that one of them leads to.
void GeoTree::Database::check_records(std::string_view section) {
  MmdbCheck check(section);
  std::vector<bool> known(section.size());
  MMDB_search_node_s node;
  for (std::uint32_t i = 0; i < reader.metadata.node_count; ++i) {
    if (MMDB_read_node(&reader, i, &node) != MMDB_SUCCESS) fail_broken("a node cannot be read");
    const std::pair<std::uint8_t, const MMDB_entry_s*> sides[] = {
        {node.left_record_type, &node.left_record_entry},
        {node.right_record_type, &node.right_record_entry}};
    for (const auto& [type, record] : sides) {
      if (type == MMDB_RECORD_TYPE_INVALID) fail_broken(fmt::format("node {} leads nowhere", i));
      if (type == MMDB_RECORD_TYPE_DATA) note(*record, check, known);
    }
  }
}

void GeoTree::Database::note(const MMDB_entry_s& record, MmdbCheck& check,
                             std::vector<bool>& known) {
  if (record.offset < known.size() && known[record.offset]) return;
  if (!check.is_sound(record.offset))
    fail_broken(fmt::format("the record at {} of its data cannot be read", record.offset));
  known[record.offset] = true;
  records.push_back(record.offset);
}

void GeoTree::Database::read_places() {
  std::sort(records.begin(), records.end());
  records.shrink_to_fit();
  places.resize(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    places[i] = read_place({&reader, records[i]});
    for (std::size_t column = 0; column < geo_columns; ++column)
      if (places[i][column].present()) columns.add(static_cast<GeoColumn>(column));
  }
}

bool GeoTree::is_database(std::string_view content) noexcept {
  return find_marker(content) != std::string_view::npos;
}

GeoTree GeoTree::parse(std::string_view content) {
  const std::size_t end = find_marker(content);
  if (!MmdbCheck(content.substr(end + marker.size())).is_sound(0))
    fail_broken("its metadata cannot be read");
  auto database = std::make_unique<Database>(content);
  const MMDB_s& reader = database->reader;
  const auto begin = static_cast<std::size_t>(reader.data_section - reader.file_content);
  if (begin > end) fail_broken("its tree is longer than the file");
  const char* const data = reinterpret_cast<const char*>(reader.data_section);
  database->check_records({data, end - begin});
  database->read_places();
  if (database->columns.empty())
    throw Failure(Status::invalid_document,
                  fmt::format("the MaxMind database of type {} has no places; use one of countries "
                              "or cities",
                              shown(reader.metadata.database_type)));
  return GeoTree(std::move(database));
}

GeoTree::GeoTree(std::unique_ptr<Database> database) : database_(std::move(database)) {}
GeoTree::~GeoTree() = default;
GeoTree::GeoTree(GeoTree&&) noexcept = default;
GeoTree& GeoTree::operator=(GeoTree&&) noexcept = default;

GeoColumns GeoTree::columns() const noexcept { return database_->columns; }

bool GeoTree::find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept {
  MMDB_lookup_result_s result;
  int error = MMDB_SUCCESS;
  if (address.is_ipv4()) {
    sockaddr_in about{};
    about.sin_family = AF_INET;
    std::memcpy(&about.sin_addr, address.bytes.data() + 12, 4);
    result = MMDB_lookup_sockaddr(&database_->reader, reinterpret_cast<sockaddr*>(&about), &error);
  } else {
    sockaddr_in6 about{};
    about.sin6_family = AF_INET6;
    std::memcpy(&about.sin6_addr, address.bytes.data(), 16);
    result = MMDB_lookup_sockaddr(&database_->reader, reinterpret_cast<sockaddr*>(&about), &error);
  }
  // A database of IPv4 alone answers of IPv6 with an error.
  if (error != MMDB_SUCCESS || !result.found_entry) return false;
  // Found, for all that the tree leads to is there.
  const auto& records = database_->records;
  const auto at = std::lower_bound(records.begin(), records.end(), result.entry.offset);
  const GeoPlace& known = database_->places[static_cast<std::size_t>(at - records.begin())];
  for (std::size_t i = 0; i < geo_columns; ++i)
    if (wanted.has(static_cast<GeoColumn>(i))) place[i] = known[i];
  return true;
}

}  // namespace weir::lookup
