// Rules that use every option, and random events for them.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "host.h"

namespace host {

// Each option of a rule is used by one of them.
inline const std::string all_options = R"(
filters: {logins: "Name = 'login'"}
bounds: {max_groups: 60}
aggregation:
  - name: dedup
    identical_fields: [SourceAddress]
    unique_fields: [DeviceAction, DestinationPort]
    unique_mode: dedup
    unique_as: text
    unique_limit: 3
    threshold: 6
    lifetime: 7
    filter: filter('logins')
  - name: single
    identical_fields: [DestinationPort, DeviceAction]
    single: pass
    missing: pass
    threshold: 4
    lifetime: 3
    output_reason: true
    other_fields: common
    filter: Name = 'single'
  - name: everything else
    identical_fields: [SourceAddress, Name]
    unique_fields: [DeviceAction]
    sum_fields: [BytesIn, DeviceCustomFloatingPoint1, DeviceCustomString1]
    sum_strings: join
    other_fields: last
    threshold: 9
    lifetime: 12
    max_groups: 40
    statistics:
      - {field: BytesOut, function: min, into: N.Least}
      - {field: BytesOut, function: avg, into: F.Mean}
      - {field: DeviceAction, function: distinct, into: N.Actions}
      - {field: Message, function: last, into: S.Last}
)";

// Random events that those rules take, alike for a seed.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void add_to(Events& events, std::int64_t now) {
    Fields fields;
    const auto maybe = [&](const char* name, const Scalar& value) {
      if (below(5) != 0) fields.emplace_back(name, value);
    };
    maybe("SourceAddress", text("10.0.0." + std::to_string(below(30))));
    maybe("DestinationPort", number(static_cast<std::int64_t>(below(8))));
    maybe("DeviceAction", text(std::string(1 + below(3), 'a')));
    constexpr const char* names[] = {"login", "single", "other", ""};
    maybe("Name", text(names[below(4)]));
    maybe("BytesIn", number(static_cast<std::int64_t>(below(1000))));
    maybe("BytesOut", below(9) == 0 ? text("none") : number(static_cast<std::int64_t>(below(99))));
    maybe("DeviceCustomFloatingPoint1", 0.1 * static_cast<double>(below(100)));
    maybe("DeviceCustomString1",
          text(below(3) == 0 ? "7" : std::string("x").append(std::to_string(below(50)))));
    maybe("Message", text(std::string(below(40), 'm')));
    maybe("Timestamp", number(now / 1'000'000 + static_cast<std::int64_t>(below(3000)) - 1500));
    events.add(fields);
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace host
