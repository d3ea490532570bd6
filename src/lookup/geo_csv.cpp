#include "lookup/geo_csv.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/ascii.h"
#include "base/error.h"
#include "base/text.h"
#include "lookup/address_range.h"
#include "lookup/csv.h"
#include "lookup/record.h"

namespace weir::lookup {

namespace {

constexpr std::string_view network_name = "Network";
constexpr std::string_view first_line = "Network,Country,Region,City,Latitude,Longitude";

// What a range may be split into is far more than it is written with.
constexpr std::size_t most_networks = std::size_t{1} << 24;

// No coordinate is NaN.
constexpr std::uint64_t no_coordinate = ~std::uint64_t{0};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// On one line and not too long, whatever a column is called.
std::string name_in_messages(std::string_view name) {
  const std::string quoted = shown(without_spaces(name));
  return quoted.substr(1, quoted.size() - 2);
}

bool is_name(std::string_view text, std::string_view name) {
  return lower_case(without_spaces(text)) == lower_case(name);
}

// A network as it is written, before it is split into subnets.
struct Entry {
  AddressRange range;
  WideNumber length;
  std::uint32_t row;
};

// How many addresses come after the first.
WideNumber length_of(const AddressRange& range) noexcept {
  const WideNumber first = wide_number(range.first), last = wide_number(range.last);
  return {last.high - first.high - (last.low < first.low ? 1 : 0), last.low - first.low};
}

}  // namespace

class GeoCsvReader {
 public:
  explicit GeoCsvReader(std::string_view text) : text_(text), records_(text, ',') {
    texts_.emplace(std::string_view(), 0);
    table_.texts_.emplace_back();
  }

  GeoTable read() {
    read_header();
    while (records_.next(record_)) read_row();
    if (networks_.empty())
      fail_at(text_, begin_of(text_),
              "there is no network behind the first line; write one a line");
    table_.networks_ = networks();
    return std::move(table_);
  }

 private:
  struct RowHash {
    std::size_t operator()(const GeoTable::Row& row) const noexcept {
      return XXH3_64bits(&row, sizeof row);
    }
  };

  void read_header();
  void check_header(const std::vector<std::string>& names) const;
  void read_row();
  std::uint32_t text_of(const RecordField& field);
  std::uint64_t coordinate_of(const RecordField& field, GeoColumn column) const;
  PrefixMap networks();
  [[noreturn]] void fail(const RecordField& field, const std::string& problem) const {
    fail_at(text_, field.at,
            fmt::format("column '{}': {} {}", field.name, shown(field.text), problem));
  }

  std::string_view text_;
  CsvReader records_;
  Record record_;
  GeoTable table_;
  std::optional<std::size_t> network_;                      // number of the column
  std::array<std::optional<std::size_t>, geo_columns> at_;  // likewise
  std::vector<Entry> networks_;
  std::unordered_map<std::string_view, std::uint32_t> texts_;
  std::unordered_map<GeoTable::Row, std::uint32_t, RowHash> rows_;
};

void GeoCsvReader::read_header() {
  if (!records_.next(record_))
    fail_at(text_, begin_of(text_),
            fmt::format("there is nothing in it; begin with the line '{}'", first_line));
  std::vector<std::string> names;
  for (std::size_t number = 0; number < record_.fields.size(); ++number) {
    const RecordField& field = record_.fields[number];
    names.push_back(name_in_messages(field.text));
    std::optional<std::size_t>* place = is_name(field.text, network_name) ? &network_ : nullptr;
    for (std::size_t i = 0; i < geo_columns; ++i) {
      if (!is_name(field.text, geo_column_names[i])) continue;
      place = &at_[i];
      table_.columns_.add(static_cast<GeoColumn>(i));
    }
    if (place == nullptr) continue;  // somebody else's
    if (*place)
      fail_at(text_, field.at,
              fmt::format("the column {} is there twice; remove one", shown(field.text)));
    *place = number;
  }
  check_header(names);
  records_.name_columns(std::move(names));
}

void GeoCsvReader::check_header(const std::vector<std::string>& names) const {
  const std::string_view first = record_.fields[0].text;
  if (names.size() == 1 && first.find_first_of(";\t") != std::string_view::npos)
    fail_at(
        text_, record_.at,
        fmt::format("put commas between fields, not {}, as in '{}'",
                    first.find(';') != std::string_view::npos ? "semicolons" : "tabs", first_line));
  AddressRange range;
  std::string_view problem;
  if (parse_range(first, range, problem))
    fail_at(text_, record_.at,
            fmt::format("{} is a network, and the names of the columns are missing; put a line "
                        "such as '{}' before it",
                        shown(first), first_line));
  if (!network_)
    fail_at(
        text_, record_.at,
        fmt::format("no column has the name 'Network'; name the columns as in '{}'", first_line));
  if (table_.columns_.empty())
    fail_at(text_, record_.at,
            fmt::format("there is no column of places; add one of {}",
                        fmt::join(geo_column_names, ", ")));
}

void GeoCsvReader::read_row() {
  const RecordField& network = record_.fields[*network_];
  Entry read{};
  std::string_view problem;
  if (!parse_range(network.text, read.range, problem)) fail(network, std::string(problem));
  GeoTable::Row row{{}, 0, {no_coordinate, no_coordinate}};
  for (std::size_t i = 0; i < geo_columns; ++i) {
    if (!at_[i]) continue;
    const RecordField& field = record_.fields[*at_[i]];
    if (i < 3)
      row.texts[i] = text_of(field);
    else
      row.coordinates[i - 3] = coordinate_of(field, static_cast<GeoColumn>(i));
  }
  const auto next = static_cast<std::uint32_t>(table_.rows_.size());
  const auto [at, is_new] = rows_.try_emplace(row, next);
  if (is_new) table_.rows_.push_back(row);
  read.row = at->second;
  read.length = length_of(read.range);
  if (networks_.size() == most_networks)
    fail_at(text_, record_.at,
            fmt::format("there are more than {} networks; leave some out", most_networks));
  networks_.push_back(read);
}

std::uint32_t GeoCsvReader::text_of(const RecordField& field) {
  const auto known = texts_.find(field.text);
  if (known != texts_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(table_.texts_.size());
  const std::string_view text = table_.memory_.copy(field.text);
  table_.texts_.push_back(text);
  texts_.emplace(text, number);
  return number;
}

std::uint64_t GeoCsvReader::coordinate_of(const RecordField& field, GeoColumn column) const {
  const std::string_view text = without_spaces(field.text);
  if (text.empty()) return no_coordinate;
  const auto degrees = parse_number(text);
  if (!degrees) fail(field, "is no number of degrees; write one such as 55.75, or nothing");
  if (!is_coordinate(column, *degrees))
    fail(field, fmt::format("is beyond {0} degrees; write a number from -{0} to {0}",
                            column == GeoColumn::latitude ? 90 : 180));
  return std::bit_cast<std::uint64_t>(*degrees);
}

// A part of a large range may be the same subnet as a smaller network: so the large ones go first,
// and what comes later counts.
PrefixMap GeoCsvReader::networks() {
  std::stable_sort(networks_.begin(), networks_.end(),
                   [](const Entry& a, const Entry& b) { return b.length < a.length; });
  std::vector<PrefixMap::Entry> entries;
  entries.reserve(networks_.size());
  for (const Entry& network : networks_)
    split(network.range, [&](const Subnet& subnet) {
      if (entries.size() == most_networks)
        throw Failure(Status::limit,
                      fmt::format("the ranges come to more than {} networks; let them begin and "
                                  "end where networks do",
                                  most_networks));
      entries.push_back({subnet, network.row});
    });
  return PrefixMap(entries);
}

GeoTable GeoTable::parse(std::string_view text) {
  check_text(text);
  return GeoCsvReader(text).read();
}

bool GeoTable::find(const Address& address, GeoColumns wanted, GeoPlace& place) const noexcept {
  const std::uint32_t number = networks_.find(address);
  if (number == PrefixMap::none) return false;
  const Row& row = rows_[number];
  for (std::size_t i = 0; i < geo_columns; ++i) {
    if (!wanted.has(static_cast<GeoColumn>(i))) continue;
    if (i < 3)
      place[i] = Value::of(texts_[row.texts[i]]);
    else
      place[i] = row.coordinates[i - 3] == no_coordinate
                     ? Value{}
                     : Value::of(std::bit_cast<double>(row.coordinates[i - 3]));
  }
  return true;
}

}  // namespace weir::lookup
