// Rules of places: what they say, and what is wrong with them or with their data.

#include "folder.h"
#include "found.h"

namespace weir::rule {
namespace {

using lookup::GeoColumn;

// A folder with a file of places.
class Places {
 public:
  Places() {
    folder_.write("places.csv", "Network,Country,City,Latitude\n192.0.2.0/24,Sweden,Malmö,55.6\n");
  }
  void write(const std::string& name, std::string_view text) const { folder_.write(name, text); }
  const std::string& path() const { return folder_.path(); }

  // One rule of the type, with more lines.
  Parsed parse(const std::string& more) const {
    return parse_document("enrichment:\n- type: geographic\n  name: g\n" + more, path());
  }
  Lines problems(const std::string& more) const { return lines(parse(more)); }

 private:
  Folder folder_;
};

constexpr const char* source_and_data = "  source: SourceAddress\n  data: places.csv\n";

TEST(Geographic, IsRead) {
  const Places places;
  const Parsed parsed = places.parse(
      std::string(source_and_data) +
      "  mapping: {country: SourceCountry, City: SourceCity, LATITUDE: SourceLatitude}\n");
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.enrichment.size(), 1U);
  const auto& rule = std::get<enrich::GeographicSettings>(parsed.document.enrichment[0].kind);
  EXPECT_EQ(field_name(rule.source), "SourceAddress");
  ASSERT_EQ(rule.mapping.size(), 3U);
  EXPECT_EQ(rule.mapping[0].column, GeoColumn::country);
  EXPECT_EQ(rule.mapping[1].column, GeoColumn::city);
  EXPECT_EQ(rule.mapping[2].column, GeoColumn::latitude);
  EXPECT_EQ(field_name(rule.mapping[2].target), "SourceLatitude");
  lookup::GeoPlace place;
  ASSERT_TRUE(rule.data->find(*parse_address("192.0.2.1"), lookup::GeoColumns::all(), place));
  EXPECT_EQ(place[0].text(), "Sweden");
  EXPECT_EQ(parsed.document.enrichment[0].targets.size(), 3U);
}

TEST(Geographic, TakesTextForCoordinates) {
  const Places places;
  EXPECT_EQ(places.problems(std::string(source_and_data) + "  mapping: {latitude: S.lat}\n"),
            Lines{});
  EXPECT_EQ(places.problems(std::string(source_and_data) + "  mapping: {latitude: F.lat}\n"),
            Lines{});
}

TEST(Geographic, NeedsItsKeys) {
  EXPECT_EQ(Places().problems(""),
            (Lines{"2:3: error: 'source' is missing; name the field that holds the address",
                   "2:3: error: 'data' is missing; name a CSV file or a MaxMind database (.mmdb)",
                   "2:3: error: 'mapping' is missing; name columns and the fields that they fill, "
                   "such as {country: SourceCountry}"}));
}

TEST(Geographic, SaysWhatIsWrongWithItsFields) {
  EXPECT_EQ(
      Places().problems("  source: SourcePort\n  data: places.csv\n  mapping:\n"
                        "    county: SourceCountry\n"
                        "    country: SourceLatitude\n"
                        "    latitude: SourcePort\n"
                        "    city: [SourceCity]\n"
                        "    City: SourceCity\n"
                        "    CITY: SourceRegion\n"
                        "    Latitude: SourceCity\n"),
      (Lines{
          "4:11: error: 'SourcePort' has the type number, and an address is text; name a field "
          "such as SourceAddress",
          "7:5: error: 'county' is no column of places; there are country, region, city, "
          "latitude, longitude; did you mean 'country'?",
          "8:14: error: 'SourceLatitude' has the type float, which cannot hold a country; name a "
          "field of type string",
          "9:15: error: 'SourcePort' has the type number, which cannot hold a latitude; name a "
          "field of type float or string",
          "10:11: error: mapping must name fields, not a list",
          "12:5: error: mapping has the column city twice; remove one",
          "13:15: error: mapping fills 'SourceCity' twice; remove one of the columns"}));
}

TEST(Geographic, SaysWhatIsWrongWithItsData) {
  const Places places;
  const std::string begin =
      "  source: SourceAddress\n  mapping: {country: SourceCountry}\n  data: ";
  const auto problem = [&](const std::string& data) {
    const Lines found = places.problems(begin + data + "\n");
    return found.size() == 1 ? found[0] : std::to_string(found.size()) + " problems";
  };
  EXPECT_EQ(problem("none.csv"),
            "6:9: error: '" + places.path() +
                "/none.csv' cannot be read: No such file or directory; correct "
                "the path, or the file");
  EXPECT_EQ(problem("."), "6:9: error: '" + places.path() +
                              "/.' cannot be read: it is no regular file; correct the path, or the "
                              "file");
  places.write("bad.csv", "Network,Country\n192.0.2.0/24,x\n192.0.2.256,x\n");
  EXPECT_EQ(problem("bad.csv"), "6:9: error: '" + places.path() +
                                    "/bad.csv', line 3, column 1: column 'Network': '192.0.2.256' "
                                    "is no network; write one such as 192.0.2.0/24, 192.0.2.1 or "
                                    "192.0.2.1-192.0.2.9");
  places.write("bad.gz", "\x1F\x8B\x08");
  EXPECT_EQ(problem("bad.gz"),
            "6:9: error: '" + places.path() + "/bad.gz': the file is compressed; expand it first");
}

TEST(Geographic, WarnsOfWhatTheDataDoNotHave) {
  EXPECT_EQ(Places().problems(std::string(source_and_data) + "  mapping: {region: SourceRegion}\n"),
            (Lines{"6:13: warning: the data have no region, so 'SourceRegion' is never filled; "
                   "remove the row, or use other data"}));
}

TEST(Geographic, FillsFieldsOfAnOpenSchema) {
  const Places places;
  const Parsed parsed = parse_document(
      "schema: open\nenrichment:\n- {type: geographic, name: g, source: client, data: places.csv, "
      "mapping: {country: from, latitude: lat}}\n",
      places.path());
  EXPECT_EQ(lines(parsed), Lines{});
}

}  // namespace
}  // namespace weir::rule
