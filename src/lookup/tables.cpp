#include "lookup/tables.h"

#include <utility>

namespace weir::lookup {

void Tables::add(NamedTable table) {
  const auto kind = static_cast<std::size_t>(table.rows->shape().kind);
  by_name_[kind].emplace(table.name, all_.size());
  if (!table.id.empty()) by_id_[kind].emplace(table.id, all_.size());
  good_ = good_ && table.good;
  all_.push_back(std::move(table));
}

const NamedTable* Tables::find(Kind kind, std::string_view name) const {
  const auto& names = by_name_[static_cast<std::size_t>(kind)];
  if (const auto found = names.find(name); found != names.end()) return &all_[found->second];
  const auto& ids = by_id_[static_cast<std::size_t>(kind)];
  std::string id(name);  // in lower case, as they are kept
  for (char& c : id)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto found = ids.find(id);
  return found == ids.end() ? nullptr : &all_[found->second];
}

std::vector<std::string_view> Tables::names(Kind kind) const {
  std::vector<std::string_view> names;
  for (const NamedTable& table : all_)
    if (table.rows->shape().kind == kind) names.push_back(table.name);
  return names;
}

}  // namespace weir::lookup
