// Documents and events for tests of late events and bad clocks.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "host.h"

namespace host {

constexpr std::int64_t milli = 1'000'000;

inline std::string millis(std::int64_t nanos) { return std::to_string(nanos / milli); }

inline std::string event_time(std::string_view settings, const std::string& rules = rule(100, 10)) {
  return std::string("event_time: {").append(settings).append("}\n").append(rules);
}

inline const std::string late_next = "allowed_lateness: 5s";
inline const std::string late_pass = "allowed_lateness: 5s, late_events: pass";
inline const std::string late_reject = "allowed_lateness: 5s, late_events: reject";

inline Fields at(std::int64_t time, std::string_view source = "a") {
  return {{"SourceAddress", text(source)}, {"Timestamp", number(time / milli)}};
}

inline std::string line_at(std::int64_t time, std::string_view more = {}) {
  return std::string(R"({"SourceAddress":"a",)").append(more) + R"("Timestamp":)" + millis(time) +
         "}\n";
}

// One event; under the clock of events `now` bounds nothing.
inline void feed_at(Engine& engine, std::int64_t time, std::int64_t now, const Sink& sink) {
  const Events events{at(time)};
  EXPECT_EQ(engine.feed(events, now, sink), WEIR_OK) << engine.message();
}

}  // namespace host
