// The JSON Schema of documents, for editors: it completes and checks what it can. What depends on
// several places at once (a name used twice, a filter that does not compile) is left to validation.

#include <string>
#include <vector>

#include "base/text.h"
#include "event/schema.h"
#include "event/time_form.h"
#include "rule/document.h"
#include "rule/fields.h"
#include "rule/mapping_target.h"
#include "rule/presets.h"
#include "rule/schema_text.h"

namespace weir::rule {

namespace {

std::string json_list(const std::vector<std::string_view>& names) {
  std::string list = "[";
  for (const std::string_view name : names) {
    if (list.size() > 1) list += ", ";
    append_json_string(list, name);
  }
  return list + "]";
}

template <class Wanted>
std::string fields_where(Wanted wanted) {
  std::vector<std::string_view> names;
  for (const StandardField& field : standard_fields())
    if (wanted(field)) names.push_back(field.name);
  return json_list(names);
}

void replace(std::string& whole, std::string_view mark, const std::string& by) {
  for (std::size_t at = 0; (at = whole.find(mark, at)) != std::string::npos; at += by.size())
    whole.replace(at, mark.size(), by);
}

std::string build_schema() {
  std::string schema(schema_text());
  const auto playing = [](Part part) {
    return [part](const StandardField& field) { return may_play(field, part); };
  };
  replace(schema, "\"@GROUP@\"", fields_where(playing(Part::identical)));
  replace(schema, "\"@SUM@\"", fields_where(playing(Part::sum)));
  replace(schema, "\"@RESULT@\"", fields_where(playing(Part::result)));
  replace(schema, "\"@FIELD@\"", fields_where([](const StandardField& field) {
            return field.type != FieldType::structured;
          }));
  replace(schema, "\"@EVERY@\"", fields_where([](const StandardField& field) {
            return field.type != FieldType::structured || field.name == "TI" ||
                   field.name == "Extra";
          }));
  replace(schema, "\"@MAPPED@\"", fields_where(may_be_mapped));
  const auto times = time_form_names();
  replace(schema, "\"@TIME@\"", json_list({times.begin(), times.end()}));
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  replace(schema, "\"@PRESET@\"", json_list(names));
  return schema;
}

}  // namespace

std::string_view schema_json() noexcept {
  static const std::string schema = build_schema();
  return schema;
}

}  // namespace weir::rule
