#include "lookup/tables.h"

#include <algorithm>

namespace weir::lookup {

const NamedTable* Tables::find(Kind kind, std::string_view name) const noexcept {
  const auto is = [&](const NamedTable& table, std::string_view called) {
    return table.rows->shape().kind == kind && called == name;
  };
  for (const NamedTable& table : all_)
    if (is(table, table.name)) return &table;
  for (const NamedTable& table : all_)
    if (!table.id.empty() && is(table, table.id)) return &table;
  return nullptr;
}

std::vector<std::string_view> Tables::names(Kind kind) const {
  std::vector<std::string_view> names;
  for (const NamedTable& table : all_)
    if (table.rows->shape().kind == kind) names.push_back(table.name);
  return names;
}

}  // namespace weir::lookup
