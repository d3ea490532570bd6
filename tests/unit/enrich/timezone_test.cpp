#include "enrich/timezone.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "base/error.h"
#include "one_event.h"

namespace weir::enrich {
namespace {

std::string format(std::int32_t offset_seconds) {
  std::array<char, 6> buffer{};
  return std::string(format_offset(offset_seconds, buffer));
}

// The offset of a zone at a time, in milliseconds since the epoch; without one at the clock's.
std::string offset(const std::string& zone, std::optional<std::int64_t> timestamp,
                   std::int64_t clock = 0) {
  OneEvent event;
  Wiring wiring = event.wiring();
  const Timezone rule({zone}, wiring);
  if (timestamp) event.set("Timestamp", Value::of(*timestamp));
  event.set_clock(clock);
  EXPECT_EQ(event.apply(rule), Effect::applied);
  return event.text("DeviceTimeZone");
}

TEST(Timezone, WritesTheOffsetOfTheEventsTime) {
  EXPECT_EQ(offset("Europe/Moscow", 1'700'000'000'000), "+03:00");
  EXPECT_EQ(offset("Europe/Moscow", 1'300'000'000'000), "+03:00");  // 2011-03-13
  EXPECT_EQ(offset("Europe/Moscow", 1'320'000'000'000), "+04:00");  // 2011-10-30
  EXPECT_EQ(offset("Asia/Kathmandu", 1'700'000'000'000), "+05:45");
  EXPECT_EQ(offset("America/St_Johns", 1'700'000'000'000), "-03:30");
  EXPECT_EQ(offset("UTC", 1'700'000'000'000), "+00:00");
  EXPECT_EQ(offset("-07:30", 1'700'000'000'000), "-07:30");
}

// Of 2024: on 31 March at 01:00 UTC the clocks of Berlin go on, on 27 October at 01:00 UTC back.
TEST(Timezone, FollowsDaylightSavingToTheMillisecond) {
  constexpr std::int64_t spring = 1'711'846'800'000;
  constexpr std::int64_t autumn = 1'729'990'800'000;
  EXPECT_EQ(offset("Europe/Berlin", spring - 1), "+01:00");
  EXPECT_EQ(offset("Europe/Berlin", spring), "+02:00");
  EXPECT_EQ(offset("Europe/Berlin", autumn - 1), "+02:00");
  EXPECT_EQ(offset("Europe/Berlin", autumn), "+01:00");
  // South of the equator it is the other way round: 2024-04-06T16:00Z and 2024-10-05T16:00Z.
  EXPECT_EQ(offset("Australia/Sydney", 1'712'419'200'000 - 1), "+11:00");
  EXPECT_EQ(offset("Australia/Sydney", 1'712'419'200'000), "+10:00");
  EXPECT_EQ(offset("Australia/Sydney", 1'728'144'000'000 - 1), "+10:00");
  EXPECT_EQ(offset("Australia/Sydney", 1'728'144'000'000), "+11:00");
}

TEST(Timezone, KnowsTimesBefore1970) {
  EXPECT_EQ(offset("Europe/Berlin", -1), "+01:00");
  EXPECT_EQ(offset("Europe/Berlin", -938'905'200'000 - 1), "+01:00");
  EXPECT_EQ(offset("Europe/Berlin", -938'905'200'000), "+02:00");    // 1940-04-01T01:00Z
  EXPECT_EQ(offset("Europe/Berlin", -1'000'000'000'000), "+01:00");  // 1938
  EXPECT_EQ(offset("Europe/Moscow", -1'596'000'000'000), "+04:31");  // 1919-06-06
  EXPECT_EQ(offset("Europe/Moscow", -4'000'000'000'000), "+02:30");  // 1843: as in 1900
}

TEST(Timezone, TakesTheClockForAnEventWithoutATime) {
  EXPECT_EQ(offset("Europe/Berlin", std::nullopt, 1'720'000'000'000), "+02:00");
  EXPECT_EQ(offset("Europe/Berlin", std::nullopt, 1'700'000'000'000), "+01:00");
}

TEST(Timezone, RefusesAZoneThatIsNone) {
  OneEvent event;
  Wiring wiring = event.wiring();
  try {
    const Timezone rule({"Europe/Moskau"}, wiring);
    ADD_FAILURE() << "it was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    EXPECT_STREQ(failure.what(), "unknown zone 'Europe/Moskau'");
  }
}

TEST(Timezone, WritesOffsetsOnBothSides) {
  EXPECT_EQ(format(0), "+00:00");
  EXPECT_EQ(format(-1800), "-00:30");
  EXPECT_EQ(format(14 * 3600), "+14:00");
  EXPECT_EQ(format(-12 * 3600), "-12:00");
  EXPECT_EQ(format(9017), "+02:30");
}

}  // namespace
}  // namespace weir::enrich
