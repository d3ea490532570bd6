#include "lookup/geo_database.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "geo_problem.h"

namespace weir::lookup {
namespace {

// `Country/Region/City/Latitude/Longitude`, '-' for what is absent; `none` outside all networks.
std::string where(const GeoDatabase& data, std::string_view address,
                  GeoColumns wanted = GeoColumns::all()) {
  GeoPlace place;
  if (!data.find(*parse_address(address), wanted, place)) return "none";
  std::string out;
  char digits[32];
  for (const Value& value : place) {
    if (!out.empty()) out += '/';
    if (value.kind == weir::Kind::text)
      out += value.text();
    else
      out += value.present() ? format_double(value.floating(), digits) : "-";
  }
  return out;
}

TEST(GeoCsv, TheSmallestNetworkCounts) {
  const GeoDatabase data = GeoDatabase::parse(
      "Network,Country,Region,City,Latitude,Longitude\n"
      "192.0.2.0/24,Sweden,Skåne,Malmö,55.6,13\n"
      "192.0.2.128/25,Sweden,,,,\n"
      "192.0.2.130,Denmark,,København,55.7,12.6\n"
      "2001:db8::/32,Norway,,,-60.5,-1e1\n"
      "2001:db8:1::/48,Iceland,,,,\n");
  EXPECT_EQ(data.columns(), GeoColumns::all());
  EXPECT_EQ(where(data, "192.0.2.1"), "Sweden/Skåne/Malmö/55.6/13");
  EXPECT_EQ(where(data, "192.0.2.129"), "Sweden/-/-/-/-");
  EXPECT_EQ(where(data, "192.0.2.130"), "Denmark/-/København/55.7/12.6");
  EXPECT_EQ(where(data, "::ffff:192.0.2.130"), "Denmark/-/København/55.7/12.6");
  EXPECT_EQ(where(data, "192.0.3.0"), "none");
  EXPECT_EQ(where(data, "2001:db8::1"), "Norway/-/-/-60.5/-10");
  EXPECT_EQ(where(data, "2001:db8:1::1"), "Iceland/-/-/-/-");
  EXPECT_EQ(where(data, "2001:db9::"), "none");
}

TEST(GeoCsv, FillsOnlyWhatIsWanted) {
  const GeoDatabase data = GeoDatabase::parse("Network,Country,City\n::1,Home,Here\n");
  GeoColumns city;
  city.add(GeoColumn::city);
  EXPECT_EQ(where(data, "::1", city), "-/-/Here/-/-");
}

TEST(GeoCsv, ColumnsStandInAnyOrderAmongOthers) {
  const GeoDatabase data = GeoDatabase::parse(
      "\xEF\xBB\xBF"
      "Postal, city ,NETWORK\r\n1,\"Big, old \"\"town\"\"\",192.0.2.1\r\n");
  EXPECT_EQ(where(data, "192.0.2.1"), "-/-/Big, old \"town\"/-/-");
  GeoColumns city;
  city.add(GeoColumn::city);
  EXPECT_EQ(data.columns(), city);
}

TEST(GeoCsv, ANetworkMayBeARange) {
  const GeoDatabase data = GeoDatabase::parse(
      "Network,Country\n"
      "192.0.2.5-192.0.2.5,one\n"
      "192.0.2.10-192.0.2.20,eleven\n"
      " 2001:db8::1 - 2001:db8::f:ffff , many\n");
  EXPECT_EQ(where(data, "192.0.2.4"), "none");
  EXPECT_EQ(where(data, "192.0.2.5"), "one/-/-/-/-");
  EXPECT_EQ(where(data, "192.0.2.6"), "none");
  EXPECT_EQ(where(data, "192.0.2.9"), "none");
  for (int i = 10; i <= 20; ++i)
    EXPECT_EQ(where(data, "192.0.2." + std::to_string(i)), "eleven/-/-/-/-");
  EXPECT_EQ(where(data, "192.0.2.21"), "none");
  EXPECT_EQ(where(data, "2001:db8::"), "none");
  EXPECT_EQ(where(data, "2001:db8::1"), " many/-/-/-/-");
  EXPECT_EQ(where(data, "2001:db8::f:ffff"), " many/-/-/-/-");
  EXPECT_EQ(where(data, "2001:db8::10:0"), "none");
}

TEST(GeoCsv, ASmallNetworkCountsBesideThePartsOfARange) {
  // The upper half of the range is the same subnet as the network before it.
  const GeoDatabase data =
      GeoDatabase::parse("Network,Country\n192.0.2.128/25,small\n192.0.2.1-192.0.2.255,large\n");
  EXPECT_EQ(where(data, "192.0.2.127"), "large/-/-/-/-");
  EXPECT_EQ(where(data, "192.0.2.128"), "small/-/-/-/-");
}

TEST(GeoCsv, ARangeAroundTheIpv4AddressesHoldsNoneOfThem) {
  const GeoDatabase data =
      GeoDatabase::parse("Network,Country\n::fffe:ffff:fffe-::1:0:0:1,wide\n192.0.2.0/24,v4\n");
  EXPECT_EQ(where(data, "::fffe:ffff:ffff"), "wide/-/-/-/-");
  EXPECT_EQ(where(data, "::1:0:0:1"), "wide/-/-/-/-");
  EXPECT_EQ(where(data, "::1:0:0:2"), "none");
  EXPECT_EQ(where(data, "192.0.2.1"), "v4/-/-/-/-");
  EXPECT_EQ(where(data, "192.0.3.1"), "none");
}

TEST(GeoCsv, OfTheSameNetworkTheLaterCounts) {
  const GeoDatabase data = GeoDatabase::parse(
      "Network,Country\n192.0.2.0/24,one\n192.0.2.0-192.0.2.255,two\n192.0.2.7/24,three\n");
  EXPECT_EQ(where(data, "192.0.2.1"), "three/-/-/-/-");
}

TEST(GeoCsv, SaysWhatIsWrongWithTheFirstLine) {
  EXPECT_EQ(geo_problem(""),
            "1:1: there is nothing in it; begin with the line "
            "'Network,Country,Region,City,Latitude,Longitude'");
  EXPECT_EQ(geo_problem("Network,Country\n"),
            "1:1: there is no network behind the first line; write one a line");
  EXPECT_EQ(geo_problem("Network;Country\n"),
            "1:1: put commas between fields, not semicolons, as in "
            "'Network,Country,Region,City,Latitude,Longitude'");
  EXPECT_EQ(geo_problem("Network\tCountry\n"),
            "1:1: put commas between fields, not tabs, as in "
            "'Network,Country,Region,City,Latitude,Longitude'");
  EXPECT_EQ(geo_problem("192.0.2.0/24,Sweden\n"),
            "1:1: '192.0.2.0/24' is a network, and the names of the columns are missing; put a "
            "line such as 'Network,Country,Region,City,Latitude,Longitude' before it");
  EXPECT_EQ(geo_problem("\nNet,Country\n"),
            "2:1: no column has the name 'Network'; name the columns as in "
            "'Network,Country,Region,City,Latitude,Longitude'");
  EXPECT_EQ(geo_problem("Network,Postal\n"),
            "1:1: there is no column of places; add one of Country, Region, City, Latitude, "
            "Longitude");
  EXPECT_EQ(geo_problem("Network,Country,country\n"),
            "1:17: the column 'country' is there twice; remove one");
}

TEST(GeoCsv, SaysWhatIsWrongWithALine) {
  const std::string head = "Network,Country,Latitude,Longitude\n";
  EXPECT_EQ(geo_problem(head + "192.0.2.0/33,x,,\n"),
            "2:1: column 'Network': '192.0.2.0/33' is no network; write one such as 192.0.2.0/24, "
            "192.0.2.1 or 192.0.2.1-192.0.2.9");
  EXPECT_EQ(geo_problem(head + ",x,,\n").substr(0, 40), "2:1: column 'Network': '' is no network;");
  EXPECT_EQ(geo_problem(head + "192.0.2.9-192.0.2.1,x,,\n"),
            "2:1: column 'Network': '192.0.2.9-192.0.2.1' ends before it begins; change the "
            "addresses round");
  EXPECT_EQ(geo_problem(head + "192.0.2.9-::1,x,,\n"),
            "2:1: column 'Network': '192.0.2.9-::1' begins with an address of one family and ends "
            "with one of the other; write two");
  EXPECT_EQ(geo_problem(head + "::1,é,north,\n"),
            "2:7: column 'Latitude': 'north' is no number of degrees; write one such as 55.75, or "
            "nothing");
  EXPECT_EQ(geo_problem(head + "::1,x,90.5,\n"),
            "2:7: column 'Latitude': '90.5' is beyond 90 degrees; write a number from -90 to 90");
  EXPECT_EQ(geo_problem(head + "::1,x,-90,-180.5\n"),
            "2:11: column 'Longitude': '-180.5' is beyond 180 degrees; write a number from -180 to "
            "180");
  EXPECT_EQ(geo_problem(head + "::1,x,90,180\n"), "none");
  EXPECT_EQ(geo_problem(head + "::1;x;1;2\n"),
            "2:1: the line has 1 field, not 4 (Network, Country, Latitude, Longitude); put commas "
            "between fields, not semicolons");
  EXPECT_EQ(geo_problem(head + "::1,x,55,7,12,6\n").substr(0, 30),
            "2:12: the line has 6 fields, n");
  EXPECT_EQ(geo_problem("Network,Country,\"of\nwhom\"\n::1,x\n"),
            "3:1: the line has 2 fields, not 3 (Network, Country, of whom); write all of them, "
            "empty ones too");
  EXPECT_EQ(geo_problem(head + "::1,\xFF,,\n"),
            "2:5: byte 0xFF is not UTF-8; save the rows as UTF-8");
}

TEST(GeoDatabase, RefusesWhatIsNeither) {
  EXPECT_EQ(geo_problem("\x1F\x8B\x08 and so on"), "the file is compressed; expand it first");
  EXPECT_EQ(
      geo_problem(std::string_view("\0\0\1\0\0\2", 6)),
      "the file is neither CSV nor a MaxMind database, or the end of one is missing; fetch it "
      "again");
}

}  // namespace
}  // namespace weir::lookup
