#include "lookup/tables.h"

#include <algorithm>

namespace weir::lookup {

const NamedTable* Tables::find(Kind kind, std::string_view name) const {
  for (const NamedTable& table : all_)
    if (table.rows->shape().kind == kind && table.name == name) return &table;
  std::string id(name);  // in lower case, as they are kept
  for (char& c : id)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const NamedTable& table : all_)
    if (!table.id.empty() && table.rows->shape().kind == kind && table.id == id) return &table;
  return nullptr;
}

std::vector<std::string_view> Tables::names(Kind kind) const {
  std::vector<std::string_view> names;
  for (const NamedTable& table : all_)
    if (table.rows->shape().kind == kind) names.push_back(table.name);
  return names;
}

}  // namespace weir::lookup
