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

std::string list_of(const std::vector<std::string_view>& names) {
  std::string list = "[";
  for (const std::string_view name : names) {
    if (list.size() > 1) list += ", ";
    append_json_string(list, name);
  }
  return list + "]";
}

template <class Wanted>
std::string names_of(Wanted wanted) {
  std::vector<std::string_view> names;
  for (const StandardField& field : standard_fields())
    if (wanted(field)) names.push_back(field.name);
  return list_of(names);
}

void replace(std::string& whole, std::string_view mark, const std::string& by) {
  for (std::size_t at = 0; (at = whole.find(mark, at)) != std::string::npos; at += by.size())
    whole.replace(at, mark.size(), by);
}

std::string build() {
  std::string schema(schema_text());
  const auto playing = [](Part part) {
    return [part](const StandardField& field) { return may_play(field, part); };
  };
  replace(schema, "\"@GROUP@\"", names_of(playing(Part::identical)));
  replace(schema, "\"@SUM@\"", names_of(playing(Part::sum)));
  replace(schema, "\"@RESULT@\"", names_of(playing(Part::result)));
  replace(schema, "\"@FIELD@\"",
          names_of([](const StandardField& field) { return field.type != FieldType::structured; }));
  replace(schema, "\"@EVERY@\"", names_of([](const StandardField& field) {
            return field.type != FieldType::structured || field.name == "TI" ||
                   field.name == "Extra";
          }));
  replace(schema, "\"@MAPPED@\"", names_of(may_be_mapped));
  const auto times = time_form_names();
  replace(schema, "\"@TIME@\"", list_of({times.begin(), times.end()}));
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  replace(schema, "\"@PRESET@\"", list_of(names));
  return schema;
}

}  // namespace

std::string_view schema_json() noexcept {
  static const std::string schema = build();
  return schema;
}

}  // namespace weir::rule
