#include "tally.h"

#include <charconv>
#include <string>

namespace soak {
namespace {

std::uint32_t base_event_count() {
  static const std::uint32_t id = [] {
    std::uint32_t found = 0;
    const std::string_view name = "BaseEventCount";
    weir_field_id(name.data(), name.size(), &found, nullptr);
    return found;
  }();
  return id;
}

}  // namespace

Counts& Counts::operator+=(const Counts& more) noexcept {
  base += more.base;
  aggregated += more.aggregated;
  base_events += more.base_events;
  rejected += more.rejected;
  return *this;
}

// What is fed never has the key.
void Tally::count_line(std::string_view line) {
  constexpr std::string_view key = "\"BaseEventCount\":";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) {
    ++counts_.base;
    return;
  }
  std::uint64_t count = 0;
  std::from_chars(line.data() + at + key.size(), line.data() + line.size(), count);
  ++counts_.aggregated;
  counts_.base_events += count;
}

void Tally::count(const weir_output& output) {
  if (output.kind == WEIR_OUTPUT_REJECTED) ++counts_.rejected;
  if (output.kind == WEIR_OUTPUT_BASE) ++counts_.base;
  if (output.kind == WEIR_OUTPUT_AGGREGATED) {
    ++counts_.aggregated;
    for (std::uint64_t i = 0; i < output.event.field_count; ++i) {
      const weir_field& field = output.event.fields[i];
      if (field.id == base_event_count()) counts_.base_events += field.word;
    }
  }
  if (output.kind != WEIR_OUTPUT_LINES) return;
  std::string_view lines(output.bytes.data, output.bytes.size);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    count_line(lines.substr(0, end));
    lines.remove_prefix(end + 1);
  }
}

void Tally::accept(void* user, const weir_output* output, std::int32_t* answer) {
  Tally& self = *static_cast<Tally*>(user);
  ++self.offers_;
  if (self.moody_ && self.offers_ % 1009 == 0) return;
  self.count(*output);
  *answer = self.moody_ && self.offers_ % 997 == 0 ? WEIR_STOP : WEIR_ACCEPT;
}

}  // namespace soak
