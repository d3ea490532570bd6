#include "test/event.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "failure.h"
#include "json_text.h"

namespace weir::host {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

Value value_of(element json);

Value number(const std::string& text) { return {ValueKind::number, text, text}; }

Value floating(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53: below it integral doubles are integers
  if (value == std::floor(value) && std::fabs(value) < exact) {
    return number(fmt::format("{}", static_cast<std::int64_t>(value)));
  }
  return number(fmt::format("{}", value));
}

void append(Value& list, const Value& item) {
  list.json += (list.json.size() > 1 ? ", " : "") + item.json;
  list.plain += (list.plain.size() > 1 ? ", " : "") + item.plain;
}

Value list_of(element json) {
  Value list{ValueKind::list, "[", "["};
  for (const element item : json.get_array()) append(list, value_of(item));
  list.json += ']';
  list.plain += ']';
  return list;
}

Value map_of(element json) {
  std::vector<std::pair<std::string, Value>> members;
  for (const auto& [key, item] : object(json.get_object())) {
    members.emplace_back(json_text(key), value_of(item));
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Value map{ValueKind::map, "{", "{"};
  for (const auto& [key, value] : members) {
    map.json += fmt::format("{}{}: {}", map.json.size() > 1 ? ", " : "", key, value.json);
    map.plain += fmt::format("{}{}: {}", map.plain.size() > 1 ? ", " : "", key, value.plain);
  }
  map.json += '}';
  map.plain += '}';
  return map;
}

Value value_of(element json) {
  switch (json.type()) {
    case element_type::NULL_VALUE:
      return {ValueKind::null, "null", ""};
    case element_type::BOOL: {
      const std::string text = bool(json.get_bool()) ? "true" : "false";
      return {ValueKind::boolean, text, text};
    }
    case element_type::INT64:
      return number(fmt::format("{}", std::int64_t(json.get_int64())));
    case element_type::UINT64:
      return number(fmt::format("{}", std::uint64_t(json.get_uint64())));
    case element_type::DOUBLE:
      return floating(json.get_double());
    case element_type::STRING: {
      const std::string_view text = json.get_string();
      return {ValueKind::text, json_text(text), std::string(text)};
    }
    case element_type::ARRAY:
      return list_of(json);
    case element_type::OBJECT:
      return map_of(json);
  }
  return {};
}

void add_member(Event& event, std::string_view name, element json) {
  if (name != "Extra" || !json.is_object()) {
    event.push_back({std::string(name), value_of(json)});
    return;
  }
  for (const auto& [key, value] : object(json.get_object())) {
    event.push_back({fmt::format("Extra.{}", key), value_of(value)});
  }
}

Value text(std::string_view value) {
  return {ValueKind::text, json_text(value), std::string(value)};
}

template <typename Item, typename Convert>
Value array_of(const weir_field& field, Convert convert) {
  Value list{ValueKind::list, "[", "["};
  const Item* const items = reinterpret_cast<const Item*>(field.word);
  for (std::uint64_t i = 0; i < field.size; ++i) append(list, convert(items[i]));
  list.json += ']';
  list.plain += ']';
  return list;
}

Value integer(std::int64_t value) { return number(fmt::format("{}", value)); }

std::string_view bytes_of(const weir_field& field) noexcept {
  return {reinterpret_cast<const char*>(field.word), field.size};
}

void add_json(Event& event, std::string_view name, std::string_view json) {
  simdjson::dom::parser parser;
  element value;
  if (parser.parse(std::string(json)).get(value) == simdjson::SUCCESS) {
    add_member(event, name, value);
  } else {  // to be seen, if not to be compared
    event.push_back({std::string(name), {ValueKind::map, std::string(json), std::string(json)}});
  }
}

void add_field(Event& event, std::string_view name, const weir_field& field) {
  const auto add = [&](Value value) { event.push_back({std::string(name), std::move(value)}); };
  switch (field.kind) {
    case WEIR_INTEGER:
      return add(integer(static_cast<std::int64_t>(field.word)));
    case WEIR_FLOAT:
      return add(floating(std::bit_cast<double>(field.word)));
    case WEIR_TEXT:
      if (field.size > 0) add(text(bytes_of(field)));  // empty text is absent
      return;
    case WEIR_BOOL:
      return add(field.word != 0 ? Value{ValueKind::boolean, "true", "true"}
                                 : Value{ValueKind::boolean, "false", "false"});
    case WEIR_INTEGER_ARRAY:
      return add(array_of<std::int64_t>(field, integer));
    case WEIR_FLOAT_ARRAY:
      return add(array_of<double>(field, floating));
    case WEIR_TEXT_ARRAY:
      return add(array_of<weir_text>(field, [](const weir_text& item) {
        return text({item.data, item.size});
      }));
    case WEIR_JSON:
      return add_json(event, name, bytes_of(field));
    default:
      return;
  }
}

}  // namespace

const Value* find_member(const Event& event, std::string_view name) noexcept {
  const Value* found = nullptr;  // of duplicates the last counts
  for (const Member& member : event) {
    if (member.name == name) found = &member.value;
  }
  return found;
}

Event event_of(const Library& library, const weir_event& event, std::string_view line) {
  Event out;
  for (std::uint64_t i = 0; i < event.field_count; ++i) {
    weir_text name{};
    if (library.field_name(event.fields[i].id, &name, nullptr) != WEIR_OK) continue;
    add_field(out, {name.data, name.size}, event.fields[i]);
  }
  if (line.empty()) return out;
  simdjson::dom::parser parser;
  object members;
  if (parser.parse(std::string(line)).get(members) != simdjson::SUCCESS) return out;
  for (const auto& [key, value] : members) {
    std::uint32_t id = 0;
    const bool known = library.field_id(key.data(), key.size(), &id, nullptr) == WEIR_OK;
    if (!known) add_member(out, key, value);
  }
  return out;
}

std::vector<Event> read_events(std::string_view lines) {
  std::vector<Event> events;
  simdjson::dom::parser parser;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    object json;
    if (const auto error = parser.parse(line).get(json); error != simdjson::SUCCESS) {
      throw Failure(Exit::runtime, fmt::format("the event {} cannot be compared: {}", line,
                                               simdjson::error_message(error)));
    }
    Event& event = events.emplace_back();
    for (const auto& [key, value] : json) add_member(event, key, value);
  }
  return events;
}

}  // namespace weir::host
