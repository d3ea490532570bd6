// The fields that templates name: .Name, .Extra.key, index .Extra "key", index .SA.name 0.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "enrich/template_action.h"

namespace weir::enrich {

namespace {

// Fields of the extended schema are members of these.
constexpr std::array<std::string_view, 7> maps{"Extra", "S", "N", "F", "SA", "NA", "FA"};

bool is_map(std::string_view name, Schema schema) noexcept {
  return name == "Extra" ||
         (schema == Schema::kuma && std::find(maps.begin(), maps.end(), name) != maps.end());
}

TemplateType type_of(FieldType type) noexcept {
  switch (type) {
    case FieldType::text:
      return TemplateType::text;
    case FieldType::number:
    case FieldType::timestamp:
    case FieldType::floating:
      return TemplateType::number;
    case FieldType::text_array:
      return TemplateType::text_array;
    case FieldType::number_array:
      return TemplateType::number_array;
    case FieldType::float_array:
      return TemplateType::float_array;
    case FieldType::structured:
      return TemplateType::structured;
    case FieldType::any:
      break;
  }
  return TemplateType::any;
}

}  // namespace

Expression ActionReader::field() {
  const std::size_t offset = at_;
  std::vector<std::string_view> names;
  while (rest().starts_with('.')) {
    ++at_;
    const std::string_view name = word();
    if (name.empty()) refuse(offset, "a dot needs the name of a field behind it, such as .Name");
    names.push_back(name);
    at_ += name.size();
  }
  const std::string_view first = names[0];
  if (is_map(first, schema_)) {
    Expression map;
    map.type = TemplateType::map;
    map.offset = static_cast<std::uint32_t>(offset);
    map.text = first;
    if (names.size() == 1) return map;
    if (names.size() == 2) return named(offset, fmt::format("{}.{}", first, names[1]));
    refuse(offset, fmt::format("a key with dots is written as a text: index .{} \"{}\"", first,
                               fmt::join(names.begin() + 1, names.end(), ".")));
  }
  if (schema_ == Schema::kuma && names.size() > 1)
    refuse(offset, fmt::format("the field '{}' has no parts; write .{}",
                               first_code_points(first, 64), first_code_points(first, 64)));
  return named(offset, fmt::format("{}", fmt::join(names, ".")));
}

Expression ActionReader::named(std::size_t offset, const std::string& name) {
  if (name.size() > max_open_name)
    refuse(offset, fmt::format("a name of a field has at most {} bytes", max_open_name));
  Expression out;
  out.kind = Expression::Kind::field;
  out.offset = static_cast<std::uint32_t>(offset);
  out.text = name;
  FieldId id = 0;
  try {
    id = field_id(name, schema_);
  } catch (const Failure& failure) {
    unknown_.emplace_back(Status::invalid_document, failure.what(),
                          Position{static_cast<std::int64_t>(offset), 0, 0});
    out.type = TemplateType::any;
    return out;
  }
  out.type = type_of(field_type(id, schema_));
  const auto known = std::find(fields_.begin(), fields_.end(), id);
  out.field = static_cast<std::uint32_t>(known - fields_.begin());
  if (known == fields_.end()) fields_.push_back(id);
  return out;
}

// index .Extra "key", index .SA.name 0, index .SA "name" 0
Expression ActionReader::index(std::size_t offset, std::vector<Expression> arguments) {
  const auto is_constant = [](const Expression& one, TemplateType type) {
    return one.kind == Expression::Kind::constant && one.type == type;
  };
  Expression value = std::move(arguments[0]);
  std::size_t used = 1;
  if (value.type == TemplateType::map) {
    const Expression& key = arguments[used++];
    const bool control = std::any_of(key.text.begin(), key.text.end(),
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!is_constant(key, TemplateType::text) || key.text.empty() || control)
      refuse(key.offset,
             fmt::format("the key of .{0} must be a text: index .{0} \"key\"", value.text));
    value = named(value.offset, fmt::format("{}.{}", value.text, key.text));
  } else if (!is_array(value.type)) {
    refuse(value.offset, "'index' takes a map such as .Extra, or a field that holds an array");
  }
  if (used == arguments.size()) return value;
  const Expression& place = arguments[used++];
  if (!is_array(value.type) || used < arguments.size())
    refuse(offset, fmt::format("'index' has more arguments than {} has depths", value.text));
  if (!is_constant(place, TemplateType::number) || place.value.kind != weir::Kind::integer ||
      place.value.integer() < 0)
    refuse(place.offset, "the place of an element must be a whole number, from 0 on");
  Expression element = value;
  element.kind = Expression::Kind::element;
  element.offset = static_cast<std::uint32_t>(offset);
  element.index = static_cast<std::uint64_t>(place.value.integer());
  element.type = value.type == TemplateType::text_array ? TemplateType::text : TemplateType::number;
  return element;
}

}  // namespace weir::enrich
