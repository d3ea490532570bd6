#include "rule/event_time.h"

#include <fmt/format.h>

#include <array>

#include "rule/quantity.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 3> event_time_keys{
    {{"allowed_lateness"}, {"late_events"}, {"max_future_skew"}}};
// In the order of LateEvents.
constexpr std::array<Word, 3> policies{{{"next"}, {"pass"}, {"reject"}}};

// read_duration says 0 of a negative and of too long a span, too.
bool is_zero(const Node& node) {
  return node.kind == Node::Kind::scalar && read_duration(node) == 0 &&
         node.text.find_first_of("-123456789") == std::string::npos;
}

std::optional<Duration> read_lateness(const SettingsMap& map) {
  const Node* const node = map.find("allowed_lateness");
  if (node != nullptr && is_zero(*node)) return Duration{};
  return map.duration("allowed_lateness", "0 or more");
}

}  // namespace

EventTime read_event_time(const SettingsMap& document) {
  EventTime made;
  const Node* const node = document.find("event_time");
  if (node == nullptr || node->kind == Node::Kind::broken) return made;
  Findings& findings = document.findings();
  if (node->kind != Node::Kind::map) {
    findings.error(*node, fmt::format("event_time must be a map, not {}", describe(*node)));
    return made;
  }
  const SettingsMap map(*node, event_time_keys, findings);
  made.allowed_lateness = read_lateness(map);
  made.max_future_skew = map.duration("max_future_skew");
  if (const auto index = map.choice("late_events", policies)) {
    made.late_events = static_cast<LateEvents>(*index);
    if (map.find("allowed_lateness") == nullptr)
      findings.warning(*map.find("late_events"),
                       "late_events does nothing without 'allowed_lateness', for then no event is "
                       "late; state it, or remove this");
  }
  return made;
}

}  // namespace weir::rule
