#include <array>

#include "lookup/table.h"

namespace weir::lookup {

std::string_view kind_name(Kind kind) noexcept {
  constexpr std::array<std::string_view, 7> names{
      "", "dictionary", "table", "active list", "context table", "assets", "directory"};
  return names[static_cast<std::size_t>(kind)];
}

Shape fixed_shape(Kind kind) {
  Shape shape;
  shape.kind = kind;
  shape.keys = {{"key", FieldType::text}};
  if (kind == Kind::assets)
    shape.columns = {{"categories", FieldType::text_array},
                     {"vulnerabilities", FieldType::text_array},
                     {"severities", FieldType::number_array}};
  else if (kind == Kind::directory)
    shape.columns = {{"groups", FieldType::text_array}};
  else
    shape.columns = {{"value", FieldType::text}};
  return shape;
}

}  // namespace weir::lookup
