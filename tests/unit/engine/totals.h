// Adds up what a sink is given: how many, and sums that must not depend on when buckets closed.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "event/schema.h"
#include "event/standard_fields.h"
#include "weir/weir.h"

namespace weir::engine {

// Adds up what comes; allocates nothing. May answer STOP to every seventh output.
struct Totals {
  std::uint64_t rejected = 0;
  std::uint64_t passed = 0;
  std::uint64_t aggregated = 0;
  std::uint64_t base_events = 0;  // in the aggregated ones
  std::uint64_t bytes = 0;        // the sum of BytesIn over them
  friend bool operator==(const Totals&, const Totals&) = default;
};
struct TotalsReceiver {
  Totals totals;
  bool stops = false;
  std::uint64_t outputs = 0;
  FieldId bytes_in = field_id("BytesIn");

  void line(std::string_view text) {
    const auto number = [&](std::string_view key) {
      std::uint64_t value = 0;
      const std::size_t at = text.find(key);
      if (at != text.npos)
        std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
      return value;
    };
    const std::uint64_t count = number("\"BaseEventCount\":");
    if (count == 0) {
      ++totals.passed;
      return;
    }
    ++totals.aggregated;
    totals.base_events += count;
    totals.bytes += number("\"BytesIn\":");
  }
  void event(const weir_output& output) {
    if (output.kind == WEIR_OUTPUT_BASE) {
      ++totals.passed;
      return;
    }
    ++totals.aggregated;
    for (std::uint64_t i = 0; i < output.event.field_count; ++i) {
      const weir_field& field = output.event.fields[i];
      if (field.id == fields::BaseEventCount) totals.base_events += field.word;
      if (field.id == bytes_in && field.kind == WEIR_INTEGER) totals.bytes += field.word;
    }
  }
  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    auto& self = *static_cast<TotalsReceiver*>(user);
    if (output->kind == WEIR_OUTPUT_REJECTED) {
      ++self.totals.rejected;
    } else if (output->kind == WEIR_OUTPUT_LINES) {
      std::string_view text(output->bytes.data, output->bytes.size);
      for (; !text.empty(); text.remove_prefix(text.find('\n') + 1))
        self.line(text.substr(0, text.find('\n')));
    } else {
      self.event(*output);
    }
    *answer = self.stops && ++self.outputs % 7 == 0 ? WEIR_STOP : WEIR_ACCEPT;
  }
};

}  // namespace weir::engine
