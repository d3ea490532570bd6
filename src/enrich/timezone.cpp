#include "enrich/timezone.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.h"
#include "event/standard_fields.h"

namespace weir::enrich {

namespace {

Zone zone_of(const std::string& name) {
  const auto zone = find_zone(name);
  if (!zone) throw Failure(Status::invalid_document, fmt::format("unknown zone '{}'", name));
  return *zone;
}

// Rounded down, also before 1970.
std::int64_t seconds_of(std::int64_t millis) noexcept {
  return millis / 1000 - (millis % 1000 < 0 ? 1 : 0);
}

}  // namespace

Timezone::Timezone(const TimezoneSettings& settings, Wiring& wiring)
    : zone_(zone_of(settings.zone)),
      timestamp_(wiring.source(fields::Timestamp)),
      target_(wiring.target(fields::DeviceTimeZone)) {}

Effect Timezone::apply(Subject& subject) const {
  const Value& stamp = subject.value(timestamp_);
  const std::int64_t millis =
      stamp.kind == weir::Kind::integer ? stamp.integer() : subject.clock().now.millis();
  char buffer[6];
  const std::string_view offset = format_offset(zone_.offset_in_force(seconds_of(millis)), buffer);
  return subject.set(target_, Value::of(offset)) ? Effect::applied : Effect::failed;
}

std::string_view format_offset(std::int32_t seconds, std::span<char, 6> buffer) noexcept {
  const std::int32_t minutes = std::abs(seconds) / 60;
  const auto digit = [](std::int32_t number) { return static_cast<char>('0' + number % 10); };
  buffer[0] = seconds < 0 ? '-' : '+';
  buffer[1] = digit(minutes / 600);
  buffer[2] = digit(minutes / 60);
  buffer[3] = ':';
  buffer[4] = digit(minutes % 60 / 10);
  buffer[5] = digit(minutes);
  return {buffer.data(), buffer.size()};
}

}  // namespace weir::enrich
