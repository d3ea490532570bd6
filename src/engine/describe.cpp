#include "engine/describe.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "event/schema.h"
#include "rule/document.h"
#include "rule/presets.h"

namespace weir::engine {

namespace {

std::string fields_json() {
  std::string out = "[";
  for (const StandardField& field : standard_fields()) {
    out += out.size() > 1 ? ",\n{\"name\":" : "\n{\"name\":";
    append_json_string(out, field.name);
    out += ",\"type\":";
    append_json_string(out, type_name(field.type));
    out += ",\"limits\":";
    append_json_string(out, field.limits);
    out += ",\"description\":";
    append_json_string(out, field.description);
    out += '}';
  }
  return out + "\n]\n";
}

}  // namespace

std::string describe(std::string_view topic, std::string_view input) {
  if (topic == "fields") return fields_json();
  if (topic == "presets")
    return input.empty() ? rule::presets_json()
                         : std::string(rule::presets()[rule::preset_id(input) - 1].text);
  if (topic == "schema") return std::string(rule::schema_json());
  if (topic == "diagnostics")
    return rule::diagnostics_json(rule::parse_document(input).diagnostics);
  constexpr std::string_view topics[] = {"fields", "schema", "presets", "diagnostics"};
  const std::string hint = did_you_mean(topic, topics);
  throw Failure(Status::not_found,
                fmt::format("unknown topic '{}'{}", topic,
                            hint.empty() ? "; use fields, schema, presets or diagnostics" : hint));
}

}  // namespace weir::engine
