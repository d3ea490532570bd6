#include "engine/describe.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "event/schema.h"
#include "rule/document.h"
#include "rule/document_files.h"
#include "rule/import.h"
#include "rule/presets.h"
#include "rule/test_cases.h"

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
  const std::size_t space = topic.find(' ');
  const std::string_view directory =
      space == std::string_view::npos ? std::string_view() : topic.substr(space + 1);
  const std::string_view name = topic.substr(0, space);
  if (topic == "fields") return fields_json();
  if (topic == "presets")
    return input.empty() ? rule::presets_json()
                         : std::string(rule::presets()[rule::preset_id(input) - 1].text);
  if (topic == "schema") return std::string(rule::schema_json());
  if (name == "diagnostics")
    return rule::diagnostics_json(rule::parse_document(input, directory).diagnostics);
  if (name == "files") return rule::files_json(input, directory);
  if (name == "tests") return rule::tests_json(input, directory);
  if (topic == "import") return rule::import_json(input);
  if (topic == "expressions") return rule::expressions_json(input);
  constexpr std::string_view topics[] = {"fields", "schema", "presets", "diagnostics",
                                         "files",  "tests",  "import",  "expressions"};
  const std::string hint = did_you_mean(topic, topics);
  throw Failure(
      Status::not_found,
      fmt::format("unknown topic '{}'{}", topic,
                  hint.empty() ? "; use fields, schema, presets, diagnostics, files, tests, "
                                 "import or expressions"
                               : hint));
}

}  // namespace weir::engine
