// Reading a time and looking a value up allocate nothing once zones are known. The whole program's
// operator new is replaced to see it.
#include <gtest/gtest.h>

#include "../count_allocations.h"
#include "event/time_form.h"
#include "event/value_table.h"

namespace weir {
namespace {

using Form = TimeForm::Form;

TEST(Mapping, AllocatesNothingInTheSteadyState) {
  if (allocations.load() == 0) GTEST_SKIP() << "a sanitizer's operator new cannot be counted";
  const TimeForm form({{Form::seconds, {}},
                       {Form::rfc3339, {}},
                       {Form::iso8601, {}},
                       {Form::cef, {}},
                       {Form::java, {}},
                       {Form::strftime, "%d/%b/%Y:%H:%M:%S %Z"}});
  const ValueTable table({{"6", "tcp"}, {"a rather long value of some source", "x"}});
  const TimeContext context{"America/New_York", "yyyy.MM.dd HH:mm:ss.SSS z", 1706702400000};
  const auto text = [](std::string_view bytes) { return Value::of(bytes); };
  const Value values[] = {text("1706702400.123"),
                          Value::of(1706702400.1234567),
                          text("2024-01-31T12:00:00Z"),
                          text("2024-01-31 12:00:00"),
                          text("Jan 31 12:00:00"),
                          text("Jan 31 2024 12:00:00.123 Europe/Moscow"),
                          text("2024.01.31 12:00:00.123 MSK"),
                          text("31/Jan/2024:12:00:00 +0300"),
                          text("31/Jan/2024:12:00:00 Nowhere/At_All_With_A_Long_Name"),
                          text("a rather long value of some source")};
  std::size_t before = 0;
  for (int round = 0; round < 3; ++round) {
    if (round == 1) before = allocations.load();  // the first one reads the zones
    for (const Value& value : values) {
      form.read(value, context);
      table.find(value);
    }
  }
  EXPECT_EQ(allocations.load(), before);
  EXPECT_TRUE(form.read(values[3], context) || !find_zone("America/New_York"));
}

}  // namespace
}  // namespace weir
