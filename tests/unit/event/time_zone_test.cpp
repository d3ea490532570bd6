// Zones against the C library's: it reads the same database with other code.

#include "event/time_zone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <thread>

namespace weir {
namespace {

constexpr std::int64_t hour = 3600;

// Sets the zone of localtime, for as long as it lives.
class SystemZone {
 public:
  explicit SystemZone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~SystemZone() {
    ::unsetenv("TZ");
    ::tzset();
  }
  // Counted as if it were UTC.
  std::int64_t local(std::int64_t utc) const {
    const std::time_t time = utc;
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return utc + parts.tm_gmtoff;
  }
};

bool has_database() { return find_zone("Europe/Moscow").has_value(); }

TEST(Zone, AgreesWithTheSystem) {
  if (!has_database()) GTEST_SKIP() << "no time zone database (package tzdata): skipped";
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> times(-1'500'000'000, 2'100'000'000);  // 1922 to 2036
  for (const char* name :
       {"Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "Pacific/Apia",
        "Asia/Kathmandu", "Europe/Dublin", "America/Sao_Paulo"}) {
    const SystemZone system(name);
    const Zone zone = find_zone(name).value();
    for (int i = 0; i < 20'000; ++i) {
      const std::int64_t utc = times(random), local = system.local(utc);
      const std::int64_t found = zone.to_utc(local);
      ASSERT_EQ(system.local(found), local) << name << ' ' << utc;
      ASSERT_LE(found, utc) << name << " takes the later of two";
    }
  }
}

TEST(Zone, TakesTheEarlierOfTwoAndMovesWhatIsSkippedForward) {
  if (!has_database()) GTEST_SKIP() << "no time zone database (package tzdata): skipped";
  const Zone zone = find_zone("America/New_York").value();
  const std::int64_t twice = 1730597400;  // 2024-11-03T01:30:00
  EXPECT_EQ(zone.to_utc(twice), twice + 4 * hour);
  const std::int64_t skipped = 1710037800;              // 2024-03-10T02:30:00, which is then
  EXPECT_EQ(zone.to_utc(skipped), skipped + 5 * hour);  // 03:30:00 by the new offset
  EXPECT_EQ(zone.to_utc(skipped - hour), skipped - hour + 5 * hour);
  EXPECT_EQ(zone.to_utc(skipped + hour), skipped + hour + 4 * hour);
}

TEST(Zone, KeepsItsOffsetOutsideTheDatabase) {
  if (!has_database()) GTEST_SKIP() << "no time zone database (package tzdata): skipped";
  const Zone zone = find_zone("Europe/Moscow").value();
  EXPECT_EQ(zone.to_utc(253402300799), 253402300799 - 3 * hour);  // 9999-12-31T23:59:59
  EXPECT_LT(std::abs(zone.to_utc(-62167219200) + 62167219200), 24 * hour);
}

TEST(Zone, IsAnOffsetOrAnAbbreviationToo) {
  const auto offset = [](std::string_view name) -> std::int64_t {
    const auto zone = find_zone(name);
    return zone ? -zone->to_utc(0) : 99 * hour;
  };
  EXPECT_EQ(offset("Z"), 0);
  EXPECT_EQ(offset("utc"), 0);
  EXPECT_EQ(offset("MSK"), 3 * hour);
  EXPECT_EQ(offset("Cest"), 2 * hour);
  EXPECT_EQ(offset("EST"), -5 * hour);
  EXPECT_EQ(offset("PDT"), -7 * hour);
  EXPECT_EQ(offset("+03:00"), 3 * hour);
  EXPECT_EQ(offset("-0330"), -3 * hour - hour / 2);
  EXPECT_EQ(offset("+05"), 5 * hour);
  EXPECT_EQ(offset("+5"), 5 * hour);
  EXPECT_EQ(offset("GMT+3"), 3 * hour);
  EXPECT_EQ(offset("UTC-03:30"), -3 * hour - hour / 2);
  for (const char* name : {"", "+", "+24", "+03:60", "+123", "+12345", "+03:0", "+03:000", "GMT+",
                           "XYZ", "Europe", "Europe/Moskow", "../etc/passwd", "/etc/localtime"})
    EXPECT_FALSE(find_zone(name)) << name;
}

TEST(Zone, IsReadOnceByWhicheverThreadAsksFirst) {
  std::vector<std::thread> threads;
  std::vector<std::int64_t> results(8);
  for (std::size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([&results, i] {
      const auto zone = find_zone("Asia/Yekaterinburg");
      results[i] = zone ? zone->to_utc(1'700'000'000) : 0;
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::int64_t result : results) EXPECT_EQ(result, results[0]);
}

TEST(ZoneNames, AreThoseThatAreFound) {
  const auto names = zone_names();
  ASSERT_GT(names.size(), 40U);
  EXPECT_LT(names.size(), 1000U) << "a did-you-mean looks at no more";
  for (const std::string_view name : names) EXPECT_TRUE(find_zone(name)) << name;
}

}  // namespace
}  // namespace weir
