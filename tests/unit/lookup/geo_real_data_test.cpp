// MaxMind's own test databases with what they answer, broken forms of them, and the networks of all
// countries as CSV.

#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../filter/real_data.h"
#include "geo_problem.h"
#include "lookup/address_range.h"

namespace weir::lookup {
namespace {

using simdjson::dom::element;

GeoPlace place_of(const GeoDatabase& data, std::string_view address) {
  GeoPlace place;
  data.find(*parse_address(address), GeoColumns::all(), place);
  return place;
}

std::string text_at(const element& record, std::string_view pointer) {
  std::string_view text;
  return record.at_pointer(pointer).get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

std::string text_of(const Value& value) {
  return value.kind == weir::Kind::text ? std::string(value.text()) : "";
}

void expect_number(const Value& value, const element& record, std::string_view pointer) {
  double number = 0;
  if (record.at_pointer(pointer).get(number) != simdjson::SUCCESS) {
    EXPECT_FALSE(value.present());
    return;
  }
  ASSERT_EQ(value.kind, weir::Kind::floating);
  EXPECT_DOUBLE_EQ(value.floating(), number);
}

// How many addresses were in the database.
std::size_t compare(const std::string& name) {
  const std::string bytes = real_data("geoip/" + name + ".mmdb");
  const std::string lookups = real_data("geoip/" + name + ".lookups.json");
  const GeoDatabase data = GeoDatabase::parse(bytes);
  std::size_t found = 0;
  const simdjson::dom::array all = parsed_json(lookups).get_array().value();
  for (const element one : all) {
    const std::string address = text_at(one, "/ip");
    SCOPED_TRACE(name + " " + address);
    const element record = one["record"].value();
    GeoPlace place;
    const bool known = data.find(*parse_address(address), GeoColumns::all(), place);
    EXPECT_EQ(known, !record.is_null());
    if (record.is_null() || !known) continue;
    ++found;
    EXPECT_EQ(text_of(place[0]), text_at(record, "/country/names/en"));
    EXPECT_EQ(text_of(place[1]), text_at(record, "/subdivisions/0/names/en"));
    EXPECT_EQ(text_of(place[2]), text_at(record, "/city/names/en"));
    expect_number(place[3], record, "/location/latitude");
    expect_number(place[4], record, "/location/longitude");
  }
  return found;
}

TEST(Mmdb, AnswersAsItsMakersDo) {
  if (real_data("geoip/GeoLite2-City-Test.mmdb").empty()) GTEST_SKIP() << "geoip is not there";
  EXPECT_GT(compare("GeoLite2-City-Test"), 200U);
  EXPECT_GT(compare("GeoLite2-Country-Test"), 200U);
}

TEST(Mmdb, KnowsWhichColumnsItHas) {
  const std::string country = real_data("geoip/GeoLite2-Country-Test.mmdb");
  if (country.empty()) GTEST_SKIP() << "geoip is not there";
  GeoColumns only;
  only.add(GeoColumn::country);
  EXPECT_EQ(GeoDatabase::parse(country).columns(), only);
  EXPECT_EQ(GeoDatabase::parse(real_data("geoip/GeoLite2-City-Test.mmdb")).columns(),
            GeoColumns::all());
}

TEST(Mmdb, RefusesDatabasesWithoutPlaces) {
  for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{
           {"GeoLite2-ASN-Test", "GeoLite2-ASN"},
           {"GeoIP2-ISP-Test", "GeoIP2-ISP"},
           {"GeoIP2-Anonymous-IP-Test", "GeoIP2-Anonymous-IP"},
           {"MaxMind-DB-no-ipv4-search-tree", "MaxMind DB No IPv4 Search Tree"},
           {"MaxMind-DB-test-decoder", "MaxMind DB Decoder Test"},
           {"MaxMind-DB-test-ipv4-24", "Test"},
           {"MaxMind-DB-test-ipv6-28", "Test"},
           {"MaxMind-DB-test-mixed-32", "Test"}}) {
    const std::string bytes = real_data("geoip/" + name + ".mmdb");
    if (bytes.empty()) GTEST_SKIP() << "geoip is not there";
    EXPECT_EQ(geo_problem(bytes), "the MaxMind database of type '" + type +
                                      "' has no places; use one of countries or cities");
  }
}

TEST(Mmdb, RefusesWhatIsCutOff) {
  const std::string bytes = real_data("geoip/GeoLite2-Country-Test.mmdb");
  if (bytes.empty()) GTEST_SKIP() << "geoip is not there";
  for (std::size_t size = 0; size < bytes.size(); size += size < bytes.size() - 600 ? 97 : 1)
    EXPECT_NE(geo_problem(std::string_view(bytes).substr(0, size)), "none") << size;
  // The end alone, and the end behind half of the rest.
  for (std::size_t cut = 0; cut < bytes.size() - 600; cut += 97)
    EXPECT_NE(geo_problem(bytes.substr(0, cut) + bytes.substr(bytes.size() - 600)), "none") << cut;
}

TEST(Mmdb, AnswersSafelyWhateverIsBroken) {
  const std::string good = real_data("geoip/GeoLite2-City-Test.mmdb");
  if (good.empty()) GTEST_SKIP() << "geoip is not there";
  std::mt19937 random(6);
  std::size_t refused = 0, answered = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = good;
    // A third each: anywhere, in the tree, in the metadata.
    const std::size_t from = round % 3 == 2 ? bytes.size() - 300 : 0;
    const std::size_t to = round % 3 == 1 ? 8000 : bytes.size();
    for (auto changes = 1 + random() % 8; changes > 0; --changes)
      bytes[from + random() % (to - from)] = static_cast<char>(random() % 3 == 0 ? 255 : random());
    try {
      const GeoDatabase data = GeoDatabase::parse(bytes);
      for (const std::string_view address :
           {"81.2.69.192", "2.125.160.216", "2a02:d180::", "::", "255.255.255.255", "89.160.20.112",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:218::", "175.16.199.1"})
        for (const Value& value : place_of(data, address))
          answered += value.kind == weir::Kind::text && !value.text().empty();
    } catch (const Failure&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 500U);
  EXPECT_GT(answered, 500U);
}

constexpr std::string_view to_record = {"\0\0\x11", 3};  // past a tree of one node

// A database whose tree is of nodes of two times three bytes; by default of one, both of whose
// sides lead to the record.
std::string database(std::string_view record, std::string_view tree = {"\0\0\x11\0\0\x11", 6}) {
  std::string bytes(tree);
  bytes += std::string(16, '\0') + std::string(record);
  bytes += "\xAB\xCD\xEFMaxMind.com\xE9";
  const auto text = [&](std::string_view value) {
    bytes += static_cast<char>(0x40 + value.size());
    bytes += value;
  };
  const auto number = [&](std::string_view key, char type, char value) {
    text(key);
    if (type == 9) bytes += std::string("\1\2", 2);
    if (type != 9) bytes += static_cast<char>((type << 5) + 1);
    bytes += value;
  };
  number("binary_format_major_version", 5, 2);
  number("binary_format_minor_version", 5, 0);
  number("build_epoch", 9, 1);
  text("database_type");
  text("T");
  text("description");
  bytes += '\xE0';
  number("ip_version", 5, 4);
  text("languages");
  bytes += std::string("\0\4", 2);
  number("node_count", 6, static_cast<char>(tree.size() / 6));
  number("record_size", 5, 24);
  return bytes;
}

constexpr std::string_view country =
    "\xE1\x47"
    "country\xE1\x48"
    "iso_code\x42SE";

TEST(Mmdb, MayKnowOnlyTheCodeOfACountry) {
  const GeoDatabase data = GeoDatabase::parse(database(country));
  EXPECT_EQ(text_of(place_of(data, "192.0.2.1")[0]), "SE");
  GeoPlace place;
  EXPECT_FALSE(data.find(*parse_address("::1"), GeoColumns::all(), place));
}

TEST(Mmdb, RefusesRecordsThatWouldLeadOutside) {
  const std::string at = "the record at 0 of its data cannot be read; fetch it again";
  const std::string broken = "the MaxMind database is broken: ";
  const auto with = [&](std::string_view value) {
    return geo_problem(
        database(std::string(country).replace(0, 1, "\xE2") + "\x41x" + std::string(value)));
  };
  EXPECT_EQ(with("\x41y"), "none");
  EXPECT_EQ(with("\x28\x05"), broken + at);  // a pointer behind the end
  EXPECT_EQ(with("\x20\x18"), broken + at);  // a pointer to itself
  EXPECT_EQ(with({"\x20\x00", 2}), "none");  // around in a circle: nobody follows it
  EXPECT_EQ(with("\x41\xFF"), broken + at);  // no UTF-8
  EXPECT_EQ(with("\x5D\xFF"
                 "abc"),
            broken + at);                       // a long text
  EXPECT_EQ(with({"\0\5", 2}), broken + at);    // a cache
  EXPECT_EQ(with({"\0\xFF", 2}), broken + at);  // a type that nobody has
  EXPECT_EQ(with("\x67"
                 "1234567"),
            broken + at);                                   // a double of 7 bytes
  EXPECT_EQ(with("\xE1\xA1y\x41z"), broken + at);           // a number as a key
  EXPECT_EQ(with({"\x1F\4\xFF\xFF\xFF", 5}), broken + at);  // a list without end
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += std::string("\1\4", 2);
  EXPECT_EQ(with(nested + "\x41y"), broken + at);
  // Nodes that lead to themselves, to the zeros before the data, or behind it.
  const auto leading = [&](std::string_view left) {
    return geo_problem(database(country, std::string(left) + std::string(to_record)));
  };
  EXPECT_EQ(leading({"\0\0\0", 3}), broken + "node 0 leads nowhere; fetch it again");
  EXPECT_EQ(leading({"\0\0\x02", 3}).substr(0, broken.size()), broken);
  EXPECT_EQ(leading({"\0\0\x10", 3}).substr(0, broken.size()), broken);
  EXPECT_EQ(leading({"\0\1\x10", 3}).substr(0, broken.size()), broken);
  EXPECT_EQ(leading({"\0\0\x01", 3}), "none");  // there is nothing
}

TEST(Mmdb, KnowsNothingWhereThePathsOfItsTreeGoInCircles) {
  // Of the second node the left side leads back to it, the right side to the record.
  const GeoDatabase data =
      GeoDatabase::parse(database(country, {"\0\0\1\0\0\1\0\0\1\0\0\x12", 12}));
  EXPECT_EQ(text_of(place_of(data, "0.0.0.1")[0]), "SE");
  GeoPlace place;
  EXPECT_FALSE(data.find(*parse_address("0.0.0.0"), GeoColumns::all(), place));
}

// ---- 660,000 ranges, of which no two overlap.

struct Row {
  std::string range;
  std::string first;
  std::string last;
  std::string country;
};

std::string quad(std::string_view number) {
  std::uint32_t word = 0;
  std::from_chars(number.data(), number.data() + number.size(), word);
  std::string text = std::to_string(word >> 24);
  for (int shift = 16; shift >= 0; shift -= 8) {
    text += '.';
    text += std::to_string(word >> shift & 255);
  }
  return text;
}

std::vector<Row> rows(const std::string& list, bool numbers) {
  std::vector<Row> out;
  std::istringstream text(list);
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t one = line.find(','), two = line.find(',', one + 1);
    Row row{"", line.substr(0, one), line.substr(one + 1, two - one - 1), line.substr(two + 1)};
    if (numbers) row.first = quad(row.first), row.last = quad(row.last);
    row.range = row.first + "-" + row.last;
    out.push_back(std::move(row));
  }
  return out;
}

TEST(GeoCsv, KnowsTheCountriesOfTheWorld) {
  std::vector<Row> all = rows(real_data("geoip/tor-geoip.csv.gz"), true);
  const std::vector<Row> wide = rows(real_data("geoip/tor-geoip6.csv.gz"), false);
  if (all.empty() || wide.empty()) GTEST_SKIP() << "geoip is not there";
  all.insert(all.end(), wide.begin(), wide.end());
  EXPECT_GT(all.size(), 600'000U);
  std::string csv = "Network,Country\n";
  for (const Row& row : all) csv += row.range + "," + row.country + "\n";
  const GeoDatabase data = GeoDatabase::parse(csv);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    wrong += text_of(place_of(data, all[i].first)[0]) != all[i].country;
    wrong += text_of(place_of(data, all[i].last)[0]) != all[i].country;
    // Between two ranges there is nothing.
    const Address next = address_of(after(wide_number(*parse_address(all[i].last))));
    if (i + 1 == all.size() || next == *parse_address(all[i + 1].first)) continue;
    GeoPlace place;
    wrong += data.find(next, GeoColumns::all(), place);
  }
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace weir::lookup
