#include "enrich/cybertrace.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "event/convert.h"
#include "lookup/cybertrace_wire.h"

namespace weir::enrich {

namespace {

namespace wire = lookup::cybertrace;
using Context = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::string_view intelligence_field = "TI";
constexpr std::string_view category_key = "Category";
constexpr std::string_view indicator_key = "MatchedIndicator";

wire::Kind wire_kind(IndicatorKind kind) noexcept {
  switch (kind) {
    case IndicatorKind::url:
      return wire::Kind::url;
    case IndicatorKind::ip:
      return wire::Kind::ip;
    case IndicatorKind::hash:
      break;
  }
  return wire::Kind::hash;
}

// Calls take(detection) for each line.
template <class Take>
void for_detections(std::string_view answer, wire::Detection& detection, Take take) {
  while (!answer.empty()) {
    const std::size_t end = std::min(answer.find('\n'), answer.size());
    if (wire::read_detection(answer.substr(0, end), detection)) take();
    answer.remove_prefix(std::min(end + 1, answer.size()));
  }
}

// The context as an object. A key that comes several times has the list of its values, for a key of
// JSON should come once (RFC 8259 section 4).
void append_context(std::string& out, const Context& context) {
  std::vector<std::uint32_t> order(context.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return context[a].first < context[b].first;
  });
  // Of each pair the next one with its key, or itself; which of them are not the first.
  std::vector<std::uint32_t> next(context.size());
  std::vector<bool> again(context.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool more =
        i + 1 < order.size() && context[order[i]].first == context[order[i + 1]].first;
    next[order[i]] = order[more ? i + 1 : i];
    if (more) again[order[i + 1]] = true;
  }
  out += '{';
  bool first = true;
  for (std::uint32_t i = 0; i < context.size(); ++i) {
    if (again[i]) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, context[i].first);
    out += next[i] == i ? ":" : ":[";
    append_json_string(out, context[i].second);
    for (std::uint32_t at = i; next[at] != at; at = next[at]) {
      out += ',';
      append_json_string(out, context[next[at]].second);
    }
    if (next[i] != i) out += ']';
  }
  out += '}';
}

void append_entry(std::string& out, const wire::Detection& detection) {
  out += "{\"category\":";
  append_json_string(out, detection.category);
  out += ",\"indicator\":";
  append_json_string(out, detection.indicator);
  out += ",\"context\":";
  append_context(out, detection.context);
  out += '}';
}

// A list that is open at its end, with what the event has in it. What is no JSON goes.
void open_list(std::string& out, const Value& before) {
  out += '[';
  if (before.kind != weir::Kind::json) return;
  std::string_view text = before.text();
  constexpr std::string_view space(" \t\r\n");
  const auto trim = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    text = text.substr(0, text.find_last_not_of(space) + 1);
  };
  trim();
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
    trim();
  } else if (!text.starts_with('{')) {
    return;
  }
  out += text;
}

}  // namespace

CyberTrace::CyberTrace(const CyberTraceSettings& settings, Wiring& wiring)
    : intelligence_(wiring.target(field_id(intelligence_field))) {
  // Under an open schema too, where a field takes what it is fed.
  intelligence_.type = FieldType::structured;
  for (const IndicatorSource& one : settings.mapping)
    sources_.push_back({one.kind, wiring.source(one.source)});
  for (const ContextTarget& one : settings.into)
    into_.push_back({one.key, wiring.target(one.target)});
}

bool CyberTrace::ask(const Subject& subject, std::string& question, std::uint64_t& dropped) const {
  question.clear();
  wire::RequestWriter writer(question);
  bool any = false;
  const auto add = [&](IndicatorKind kind, const Value& value) {
    char buffer[32];
    const std::string_view text = as_text(value, buffer);
    if (text.empty()) return;
    if (writer.add(wire_kind(kind), text))
      any = true;
    else
      ++dropped;
  };
  for (const Source& source : sources_) {
    const Value& value = subject.value(source.slot);
    if (!is_array(value.kind)) {
      add(source.kind, value);
      continue;
    }
    for (std::uint32_t i = 0; i < value.size; ++i) add(source.kind, element_of(value, i));
  }
  writer.end();
  return any;
}

Effect CyberTrace::finish(std::string_view answer, Subject& subject) const {
  if (answer.empty()) return Effect::missed;
  wire::Detection detection;
  std::string list;
  open_list(list, subject.value(intelligence_.slot));
  bool any = false;
  for_detections(answer, detection, [&] {
    if (list.size() > 1) list += ',';
    append_entry(list, detection);
    any = true;
  });
  if (!any) return Effect::missed;
  list += ']';
  bool good = subject.set(intelligence_, Value::json(list));
  for (const Place& one : into_) good &= fill(one, answer, subject);
  return good ? Effect::applied : Effect::failed;
}

bool CyberTrace::fill(const Place& one, std::string_view answer, Subject& subject) const {
  const bool gathers = is_array(one.target.type);
  bool good = true;
  bool filled = false;
  std::vector<TextRef> gathered;  // appended at once: each time the array is copied
  wire::Detection detection;
  const auto take = [&](std::string_view value) {
    if (value.empty() || (filled && !gathers)) return;
    filled = true;
    if (!gathers) {
      good &= subject.set(one.target, Value::of(value));
      return;
    }
    const TextRef text{value.data(), value.size()};
    Value alone = Value::array(weir::Kind::text_array, &text, 1);
    if (convert(alone, one.target.type, subject.memory()))
      gathered.push_back(text);
    else
      good = false;
  };
  for_detections(answer, detection, [&] {
    if (one.key == category_key) take(detection.category);
    if (one.key == indicator_key) take(detection.indicator);
    for (const auto& [key, value] : detection.context)
      if (key == one.key) take(value);
  });
  if (!gathered.empty())
    good &= subject.append(one.target, Value::array(weir::Kind::text_array, gathered.data(),
                                                    static_cast<std::uint32_t>(gathered.size())));
  return good;
}

}  // namespace weir::enrich
