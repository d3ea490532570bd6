// Any bytes as times, patterns and zones: no crash, no read beyond the bytes, and what is read lies
// where times may lie. The first line is a pattern, the second a zone, the rest the time.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "event/time_form.h"
#include "event/time_parts.h"
#include "event/time_pattern.h"

namespace {

using weir::TimeForm;
using weir::TimeParts;

std::string take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void convert(const TimeParts& parts) {
  const auto millis = weir::to_millis(parts, weir::Zone{}, 1'700'000'000'000);
  if (!millis) return;
  // A year has four digits.
  constexpr std::int64_t most = INT64_C(10'000) * 366 * 86'400'000;
  if (*millis > most || *millis < -most) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string pattern = take_line(all), zone = take_line(all), text(all);
  TimeParts parts;
  for (auto* read : {weir::read_iso8601, weir::read_rfc3339, weir::read_month_first}) {
    parts = {};
    if (read(text, parts)) convert(parts);
  }
  parts = {};
  if (weir::read_java_time(pattern, text, parts)) convert(parts);
  std::vector<TimeForm::Step> steps;
  for (const auto form :
       {TimeForm::Form::seconds, TimeForm::Form::nanoseconds, TimeForm::Form::rfc3339,
        TimeForm::Form::iso8601, TimeForm::Form::cef, TimeForm::Form::bsd, TimeForm::Form::java})
    steps.push_back({form, {}});
  if (weir::strftime_fault(pattern).empty()) {
    parts = {};
    if (weir::read_strftime(pattern, text, parts)) convert(parts);
    steps.push_back({TimeForm::Form::strftime, pattern});
  }
  const auto found = weir::find_zone(zone);
  const TimeForm form(steps, found);
  for (const std::int64_t reference : {INT64_C(0), INT64_C(1'700'000'000'000)})
    form.read(weir::Value::of(std::string_view(text)), {zone, pattern, reference});
  return 0;
}
