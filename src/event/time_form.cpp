#include "event/time_form.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "event/epoch_number.h"
#include "event/time_parts.h"
#include "event/time_pattern.h"

namespace weir {

namespace {

using Form = TimeForm::Form;

constexpr std::array<std::string_view, 9> form_names{"seconds",     "milliseconds", "microseconds",
                                                     "nanoseconds", "rfc3339",      "iso8601",
                                                     "cef",         "bsd",          "java"};

std::optional<EpochUnit> unit_of(Form form) noexcept {
  switch (form) {
    case Form::seconds:
      return EpochUnit::seconds;
    case Form::milliseconds:
      return EpochUnit::milliseconds;
    case Form::microseconds:
      return EpochUnit::microseconds;
    case Form::nanoseconds:
      return EpochUnit::nanoseconds;
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> read_number(const Value& value, EpochUnit unit) noexcept {
  switch (value.kind) {
    case Kind::text:
      return epoch_millis(value.text(), unit);
    case Kind::integer:
      return epoch_millis(value.integer(), unit);
    case Kind::floating:
      return epoch_millis(value.floating(), unit);
    default:
      return std::nullopt;
  }
}

bool read_parts(const TimeForm::Step& step, std::string_view text, const TimeContext& context,
                TimeParts& parts) noexcept {
  switch (step.form) {
    case Form::rfc3339:
      return read_rfc3339(text, parts);
    case Form::iso8601:
      return read_iso8601(text, parts);
    case Form::cef:
    case Form::bsd:
      return read_month_first(text, parts);
    case Form::java:
      return !context.pattern.empty() && read_java_time(context.pattern, text, parts);
    case Form::strftime:
      return read_strftime(step.pattern, text, parts);
    default:
      return false;
  }
}

}  // namespace

TimeForm::TimeForm(std::vector<Step> steps, std::optional<Zone> zone)
    : steps_(std::move(steps)), zone_(zone.value_or(Zone())) {}

std::optional<std::int64_t> TimeForm::read(const Value& value,
                                           const TimeContext& context) const noexcept {
  for (const Step& step : steps_)
    if (const auto time = read(step, value, context)) return time;
  return std::nullopt;
}

std::optional<std::int64_t> TimeForm::read(const Step& step, const Value& value,
                                           const TimeContext& context) const noexcept {
  if (const auto unit = unit_of(step.form)) return read_number(value, *unit);
  char digits[32];
  std::string_view text;
  if (value.kind == Kind::text)
    text = value.text();
  else if (value.kind == Kind::integer)  // of a pattern without separators: 20240131
    text = format_integer(value.integer(), digits);
  else
    return std::nullopt;
  TimeParts parts;
  if (!read_parts(step, text, context, parts)) return std::nullopt;
  Zone zone = zone_;
  if (!parts.zone && !context.zone.empty()) {
    const auto named = find_zone(context.zone);
    if (!named) return std::nullopt;
    zone = *named;
  }
  return to_millis(parts, zone, context.reference);
}

std::span<const std::string_view> time_form_names() noexcept { return form_names; }

}  // namespace weir
