#include "event/time_form.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <random>
#include <string>

namespace weir {
namespace {

using Form = TimeForm::Form;
using Time = std::optional<std::int64_t>;

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t noon = 1706702400000;  // 2024-01-31T12:00:00Z

Time read(Form form, const Value& value, const TimeContext& context = {}) {
  return TimeForm({{form, {}}}).read(value, context);
}
Time read(Form form, std::string_view text, const TimeContext& context = {}) {
  return read(form, Value::of(text), context);
}
Time by_pattern(const std::string& pattern, std::string_view text,
                const TimeContext& context = {}) {
  return TimeForm({{Form::strftime, pattern}}).read(Value::of(text), context);
}
Time by_java(std::string_view pattern, std::string_view text, std::int64_t reference = 0) {
  return read(Form::java, text, {{}, pattern, reference});
}

TEST(TimeForm, ReadsUnitsOfAnyKindOfNumber) {
  EXPECT_EQ(read(Form::seconds, "1706702400"), noon);
  EXPECT_EQ(read(Form::seconds, "1706702400.123999"), noon + 123);
  EXPECT_EQ(read(Form::seconds, "1.7067024e9"), noon);
  EXPECT_EQ(read(Form::seconds, Value::of(std::int64_t{1706702400})), noon);
  EXPECT_EQ(read(Form::seconds, Value::of(1706702400.123)), noon + 123);
  EXPECT_EQ(read(Form::milliseconds, "1706702400123.9"), noon + 123);
  EXPECT_EQ(read(Form::milliseconds, Value::of(1706702400123.0)), noon + 123);
  EXPECT_EQ(read(Form::microseconds, "1706702400123999"), noon + 123);
  EXPECT_EQ(read(Form::microseconds, Value::of(std::int64_t{1706702400123999})), noon + 123);
  EXPECT_EQ(read(Form::nanoseconds, "1706702400123999999"), noon + 123);
  EXPECT_EQ(read(Form::nanoseconds, Value::of(std::int64_t{1706702400123999999})), noon + 123);
  EXPECT_EQ(read(Form::nanoseconds, Value::of(1.7067024e18)), noon);
}

TEST(TimeForm, RoundsDownAlsoBeforeTheEpoch) {
  EXPECT_EQ(read(Form::seconds, "-0.0001"), -1);
  EXPECT_EQ(read(Form::seconds, "-1.0"), -1000);
  EXPECT_EQ(read(Form::seconds, Value::of(-0.0001)), -1);
  EXPECT_EQ(read(Form::seconds, Value::of(-0.0000001)), -1);
  EXPECT_EQ(read(Form::milliseconds, "-1.5"), -2);
  EXPECT_EQ(read(Form::microseconds, Value::of(std::int64_t{-1})), -1);
  EXPECT_EQ(read(Form::microseconds, Value::of(std::int64_t{-1000})), -1);
  EXPECT_EQ(read(Form::nanoseconds, "-1000001"), -2);
  EXPECT_EQ(read(Form::seconds, "-0"), 0);
}

TEST(TimeForm, RefusesNumbersThatAreNoneOrDoNotFit) {
  for (const char* text : {"", "-", "1.", ".5", "+1", "1e", "1e+", "1 ", " 1", "0x1", "1e999",
                           "9223372036854775808", "1e1000000", "12a", "nan", "inf", "1.5.5"})
    EXPECT_EQ(read(Form::milliseconds, text), std::nullopt) << text;
  EXPECT_EQ(read(Form::milliseconds, "9223372036854775807"), 9223372036854775807);
  EXPECT_EQ(read(Form::milliseconds, "-9223372036854775808"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read(Form::milliseconds, "-9223372036854775808.5"), std::nullopt);
  EXPECT_EQ(read(Form::milliseconds, "0e999"), 0);
  EXPECT_EQ(read(Form::seconds, Value::of(std::int64_t{9223372036854775807})), std::nullopt);
  EXPECT_EQ(read(Form::seconds, Value::of(std::nan(""))), std::nullopt);
  EXPECT_EQ(read(Form::seconds, Value::of(HUGE_VAL)), std::nullopt);
  EXPECT_EQ(read(Form::seconds, Value::of(1e300)), std::nullopt);
  EXPECT_EQ(read(Form::seconds, Value{1, 0, Kind::boolean}), std::nullopt);
  EXPECT_EQ(read(Form::seconds, Value{}), std::nullopt);
}

// A double is the decimal number that it was written as, whichever its digits.
TEST(TimeForm, ReadsADoubleAsItsText) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::int64_t> micros(-4'000'000'000'000'000, 4'000'000'000'000'000);
  for (int i = 0; i < 200'000; ++i) {
    const std::int64_t number = micros(random);
    const std::string digits = std::to_string(std::abs(number) % 1'000'000);
    std::string text = std::to_string(std::abs(number) / 1'000'000);
    text.append(".").append(6 - digits.size(), '0').append(digits);
    if (number < 0) text.insert(0, 1, '-');
    const std::int64_t expected = number / 1000 - (number % 1000 < 0 ? 1 : 0);
    ASSERT_EQ(read(Form::seconds, text), expected) << text;
    ASSERT_EQ(read(Form::seconds, Value::of(std::strtod(text.c_str(), nullptr))), expected) << text;
  }
}

TEST(TimeForm, ReadsIso8601WithAnyOrNoZone) {
  for (const char* text :
       {"2024-01-31T12:00:00Z", "2024-01-31t12:00:00z", "2024-01-31 12:00:00",
        "2024-01-31T12:00:00", "2024-01-31T12:00:00.000", "2024-01-31T12:00:00,000Z",
        "2024-01-31T15:00:00+03:00", "2024-01-31T15:00:00+0300", "2024-01-31T15:00:00+03",
        "2024-01-31 08:30:00 -03:30", "2024-01-31T11:59:60Z", "2024-02-01T02:00:00+14:00"})
    EXPECT_EQ(read(Form::iso8601, text), noon) << text;
  EXPECT_EQ(read(Form::iso8601, "2024-01-31T12:00:00.1239999Z"), noon + 123);
  for (const char* text : {"2024-02-30T12:00:00Z",
                           "2023-02-29T12:00:00Z",
                           "2024-13-01T12:00:00Z",
                           "2024-00-01T12:00:00Z",
                           "2024-01-00T12:00:00Z",
                           "2024-01-32T12:00:00Z",
                           "2024-01-31T24:00:00Z",
                           "2024-01-31T12:60:00Z",
                           "2024-01-31T12:00:61Z",
                           "2024-01-31T12:00:00.Z",
                           "2024-01-31T12:00:00+",
                           "2024-01-31T12:00:00+3x",
                           "2024-01-31T12:00:00 ",
                           "2024-01-31T12:00:00Zx",
                           "2024-01-31x12:00:00",
                           "2024-01-31",
                           "2024-1-31T12:00:00",
                           "24-01-31T12:00:00Z",
                           "",
                           "2024-01-31T12:00:00+03:00x",
                           "2024-01-31T12:00:00+24:00",
                           "-024-01-31T12:00:00Z"})
    EXPECT_EQ(read(Form::iso8601, text), std::nullopt) << text;
}

TEST(TimeForm, ReadsRfc3339OnlyWithItsZone) {
  EXPECT_EQ(read(Form::rfc3339, "2024-01-31T15:00:00+03:00"), noon);
  EXPECT_EQ(read(Form::rfc3339, "2024-01-31 12:00:00.5z"), noon + 500);
  for (const char* text :
       {"2024-01-31T12:00:00", "2024-01-31T12:00:00+0300", "2024-01-31T12:00:00+03",
        "2024-01-31T12:00:00,5Z", "2024-01-31T12:00:00 Z"})
    EXPECT_EQ(read(Form::rfc3339, text), std::nullopt) << text;
}

TEST(TimeForm, ReadsTimesThatBeginWithAMonth) {
  for (const Form form : {Form::cef, Form::bsd}) {
    for (const char* text :
         {"Jan 31 2024 12:00:00", "jan 31 2024 12:00:00.000 UTC", "JAN 31 2024 15:00:00 MSK",
          "Jan 31 2024 15:00:00.000 GMT+03:00", "Jan 31 2024 07:00:00 EST", "Jan 31 12:00:00 2024",
          "Jan 31 12:00:00 UTC 2024", "January 31 2024 12:00:00", "Jan  31  2024  15:00:00 +0300"})
      EXPECT_EQ(read(form, text), noon) << text;
    EXPECT_EQ(read(form, "Feb  1 2024 12:00:00"), noon + day);
    EXPECT_EQ(read(form, "Feb 1 2024 12:00:00.25"), noon + day + 250);
    for (const char* text :
         {"Feb 30 2024 12:00:00", "Foo 01 2024 12:00:00", "Jan 31 2024 12:00", "Jan 31 2024",
          "Jan 31 2024 12:00:00 NOWHERE", "Jan 31 2024 12:00:00x", "Jan 31 2024 12:00:00 ",
          "31 Jan 2024 12:00:00", "Jan 312024 12:00:00", "Jan 31 12:00:00", "Ja", "",
          "Jan 31 2024 12:00:00 UTC MSK", "Jan 0 2024 12:00:00", "Jan 31 2024 1:00:00"})
      EXPECT_EQ(read(form, text), std::nullopt) << text;
  }
}

TEST(TimeForm, TakesTheYearNearestToTheReferenceAndNoLaterDay) {
  const auto at = [](std::string_view text, std::int64_t reference) {
    return read(Form::bsd, text, {{}, {}, reference});
  };
  EXPECT_EQ(at("Jan 31 12:00:00", noon), noon);
  EXPECT_EQ(at("Jan 31 12:00:00", noon + 300 * day), noon);
  EXPECT_EQ(at("Jan 31 12:00:00", noon - day), noon);
  EXPECT_EQ(at("Jan 31 12:00:00", noon - day - 1), noon - 365 * day);
  const std::int64_t new_year = 1704067200000;  // 2024-01-01T00:00:00Z
  EXPECT_EQ(at("Dec 31 23:59:59", new_year + 1000), new_year - 1000);
  EXPECT_EQ(at("Jan  1 00:00:00", new_year - 1000), new_year);
  EXPECT_EQ(at("Feb 29 00:00:00", noon), 1582934400000);  // 2020, for that of 2024 is to come
  EXPECT_EQ(at("Feb 29 00:00:00", noon + 40 * day), 1709164800000);
  EXPECT_EQ(at("Jan 31 12:00:00", 0), std::nullopt);
  EXPECT_EQ(at("Jan 31 12:00:00", std::numeric_limits<std::int64_t>::max()), std::nullopt);
  EXPECT_EQ(at("Jan 31 12:00:00", std::numeric_limits<std::int64_t>::min()), std::nullopt);
}

TEST(TimeForm, TakesTheZoneOfTheTextThenOfTheEventThenItsOwn) {
  const TimeForm form({{Form::iso8601, {}}}, find_zone("+01:00"));
  const auto in = [&](const char* text, std::string_view zone) {
    return form.read(Value::of(std::string_view(text)), {zone, {}, 0});
  };
  EXPECT_EQ(in("2024-01-31T13:00:00", ""), noon);
  EXPECT_EQ(in("2024-01-31T14:00:00", "+02:00"), noon);
  EXPECT_EQ(in("2024-01-31T12:00:00Z", "+02:00"), noon);
  EXPECT_EQ(in("2024-01-31T12:00:00Z", "nowhere"), noon);
  EXPECT_EQ(in("2024-01-31T14:00:00", "nowhere"), std::nullopt);
  if (find_zone("Europe/Moscow")) {
    EXPECT_EQ(in("2024-01-31T15:00:00", "Europe/Moscow"), noon);
  }
}

TEST(TimeForm, TriesItsFormsInOrder) {
  const TimeForm form({{Form::milliseconds, {}}, {Form::cef, {}}, {Form::strftime, "%Y%m%d"}});
  const auto one = [&](const Value& value) { return form.read(value, {}); };
  EXPECT_EQ(one(Value::of(std::string_view("1706702400000"))), noon);
  EXPECT_EQ(one(Value::of(std::string_view("Jan 31 2024 12:00:00"))), noon);
  EXPECT_EQ(one(Value::of(std::int64_t{20240131})), 20240131);
  const TimeForm date({{Form::strftime, "%Y%m%d"}});
  EXPECT_EQ(date.read(Value::of(std::int64_t{20240131}), {}), noon - day / 2);
}

TEST(TimeForm, ReadsPatternsOfStrftime) {
  EXPECT_EQ(by_pattern("%d/%b/%Y:%H:%M:%S %z", "31/Jan/2024:15:00:00 +0300"), noon);
  EXPECT_EQ(by_pattern("%a %b %e %T %Y", "Wed Jan 31 12:00:00 2024"), noon);
  EXPECT_EQ(by_pattern("%a %b %e %T %Y", "Wed Jan 31 12:00:00 2024"), noon);
  EXPECT_EQ(by_pattern("%A, %d %B %y %I:%M:%S %p", "Wednesday, 31 January 24 12:00:00 PM"), noon);
  EXPECT_EQ(by_pattern("%D %I:%M %p", "1/31/24 12:00 am"), noon - day / 2);
  EXPECT_EQ(by_pattern("%Y-%j %T", "2024-031 12:00:00"), noon);
  EXPECT_EQ(by_pattern("%F %T.%f %Z", "2024-01-31 12:00:00.123456 UTC"), noon + 123);
  EXPECT_EQ(by_pattern("100%% %F", "100% 2024-01-31"), noon - day / 2);
  EXPECT_EQ(by_pattern("%m %d %T", "01  31 12:00:00", {{}, {}, noon + day}), noon);
  EXPECT_EQ(by_pattern("%m/%d/%y", "01/31/69"), -335 * day);  // 1969
  EXPECT_EQ(by_pattern("%Y-%j", "2023-366"), std::nullopt);
  EXPECT_EQ(by_pattern("%F %I %p", "2024-01-31 13 PM"), std::nullopt);
  EXPECT_EQ(by_pattern("%F %I %p", "2024-01-31 0 PM"), std::nullopt);
  EXPECT_EQ(by_pattern("%F", "2024-01-31 "), std::nullopt);
  EXPECT_EQ(by_pattern("%F x", "2024-01-31 y"), std::nullopt);
}

TEST(TimeForm, ReadsPatternsOfJava) {
  EXPECT_EQ(by_java("yyyy-MM-dd HH:mm:ss.SSSZ", "2024-01-31 15:00:00.123+0300"), noon + 123);
  EXPECT_EQ(by_java("yyyy-MM-dd'T'HH:mm:ssX", "2024-01-31T12:00:00Z"), noon);
  EXPECT_EQ(by_java("MMM dd yyyy HH:mm:ss z", "Jan 31 2024 15:00:00 MSK"), noon);
  EXPECT_EQ(by_java("EEE, d MMMM yy h:mm:ss a", "Wed, 31 January 24 12:00:00 PM"), noon);
  EXPECT_EQ(by_java("yyyyMMddHHmmss", "20240131120000"), noon);
  EXPECT_EQ(by_java("yyyy.MM.dd 'o''clock' HH", "2024.01.31 o'clock 12"), noon);
  EXPECT_EQ(by_java("dd''MM''yyyy", "31'01'2024"), noon - day / 2);
  EXPECT_EQ(by_java("M/d HH:mm", "1/31 12:00", noon + day), noon);
  for (const char* pattern :
       {"yyyy-MM-dd'", "yyyy-MM-ddQ", "yyyy-MM-dd G", "HH:mm", "", "yyyy-MM-dd h"})
    EXPECT_EQ(by_java(pattern, "2024-01-31"), std::nullopt) << pattern;
  EXPECT_EQ(by_java("yyyyMMdd", "2024131"), std::nullopt) << "numbers that touch have all digits";
}

// The C library writes what the forms read.
TEST(TimeForm, ReadsWhatStrftimeWrites) {
  const std::array patterns{
      "%Y-%m-%dT%H:%M:%S%z", "%a %b %d %T %Y %Z", "%d/%B/%Y:%H:%M:%S", "%F %T", "%D %T",
      "%Y %j %I:%M:%S %p",   "%A %e %b %y %T",    "%Y%m%d%H%M%S"};
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::time_t> times(0, 2'145'916'799);  // to 2037, %y's reach
  for (int i = 0; i < 50'000; ++i) {
    const std::time_t time = times(random);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    for (const char* pattern : patterns) {
      char text[128];
      const std::size_t size = std::strftime(text, sizeof text, pattern, &parts);
      ASSERT_EQ(by_pattern(pattern, {text, size}), time * 1000) << pattern << ' ' << text;
    }
    char text[64];
    std::size_t size = std::strftime(text, sizeof text, "%FT%TZ", &parts);
    ASSERT_EQ(read(Form::iso8601, std::string_view(text, size)), time * 1000) << text;
    ASSERT_EQ(read(Form::rfc3339, std::string_view(text, size)), time * 1000) << text;
    size = std::strftime(text, sizeof text, "%b %e %Y %T UTC", &parts);
    ASSERT_EQ(read(Form::cef, std::string_view(text, size)), time * 1000) << text;
    size = std::strftime(text, sizeof text, "%b %e %T", &parts);
    const std::int64_t arrived = time * 1000 + static_cast<std::int64_t>(random() % 360) * day;
    ASSERT_EQ(read(Form::bsd, std::string_view(text, size), {{}, {}, arrived + 1}), time * 1000)
        << text;
    size = std::strftime(text, sizeof text, "%d.%m.%Y %H:%M:%S", &parts);
    ASSERT_EQ(by_java("dd.MM.yyyy HH:mm:ss", {text, size}), time * 1000) << text;
  }
}

// Texts that are nearly times, under every form and pattern: never a crash, never a read past the
// end (sanitizers), and what is read is the same twice.
TEST(TimeForm, SurvivesAnything) {
  const std::string_view seeds[] = {"2024-01-31T12:00:00.123+03:00", "Jan 31 2024 12:00:00.5 MSK",
                                    "1706702400.123", "31/Jan/2024:12:00:00 +0300", "%Y'yyyy''MM"};
  const std::string_view letters = "0123456789:-+./, TZ%'aAyYMJanEST\xFF\0";
  std::mt19937_64 random(4);
  const auto mutated = [&](std::string text) {
    for (auto count = random() % 4; count-- > 0 && !text.empty();) {
      const auto at = random() % text.size();
      if (random() % 3 == 0)
        text.erase(at, 1 + random() % 3);
      else
        text[at] = letters[random() % letters.size()];
    }
    return text;
  };
  for (int i = 0; i < 200'000; ++i) {
    // On the heap and of exact size, so that a sanitizer sees a step beyond it.
    const std::string text = mutated(std::string(seeds[random() % std::size(seeds)]));
    const std::string pattern = mutated("yyyy-MM-dd'T'HH:mm:ss.SSS z EEE a h");
    const std::vector<char> exact(text.begin(), text.end());
    const Value value = Value::of(std::string_view(exact.data(), exact.size()));
    const TimeContext context{"+03:00", pattern, noon};
    for (int form = 0; form <= static_cast<int>(Form::java); ++form) {
      const TimeForm one({{static_cast<Form>(form), {}}});
      ASSERT_EQ(one.read(value, context), one.read(value, context));
    }
    by_pattern("%d/%b/%Y:%H:%M:%S %z", value.text());
  }
}

}  // namespace
}  // namespace weir
