#include "engine/lookups.h"

#include <algorithm>
#include <utility>

namespace weir::engine {

namespace {

// Whether rows of a shape can stand where a document declares another: what it leaves open they may
// have.
bool fits(const lookup::Shape& rows, const lookup::Shape& declared) {
  const bool any_key = declared.keys.size() == 1 && declared.keys.front().name.empty();
  return rows.kind == declared.kind && rows.ttl == declared.ttl &&
         (declared.columns.empty() || rows.columns == declared.columns) &&
         (rows.keys == declared.keys || (any_key && rows.keys.size() == 1));
}

}  // namespace

Lookups merged(const Lookups& before, const rule::Document& document) {
  Lookups merged;
  for (const rule::DeclaredTable& declared : document.tables) {
    lookup::NamedTable table = declared.table;
    const lookup::Shape& shape = table.rows->shape();
    const lookup::NamedTable* known = before.tables.find(shape.kind, table.name);
    if (!declared.filled && known != nullptr && before.of_host.contains(known->rows) &&
        fits(known->rows->shape(), shape)) {
      table.rows = known->rows;
      merged.of_host.insert(table.rows);
    }
    merged.tables.add(std::move(table));
  }
  for (const lookup::NamedTable& table : before.tables.all())
    if (before.of_host.contains(table.rows) &&
        merged.tables.find(table.rows->shape().kind, table.name) == nullptr) {
      merged.of_host.insert(table.rows);
      merged.tables.add(table);
    }
  return merged;
}

Lookups with_rows(const Lookups& before, std::string_view name,
                  std::shared_ptr<lookup::Table> rows) {
  Lookups changed;
  const lookup::NamedTable* old = before.tables.find(rows->shape().kind, name);
  changed.of_host = before.of_host;
  changed.of_host.insert(rows);
  if (old != nullptr) changed.of_host.erase(old->rows);
  for (const lookup::NamedTable& table : before.tables.all())
    changed.tables.add(&table == old ? lookup::NamedTable{table.name, table.id, rows} : table);
  if (old == nullptr) changed.tables.add({std::string(name), {}, std::move(rows)});
  return changed;
}

const rule::DeclaredTable* declared(const rule::Document& document, lookup::Kind kind,
                                    std::string_view name) noexcept {
  const auto same_but_case = [](char a, char lower) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == lower;
  };
  // As lookup::Tables has it: by name, else by id, which is kept in lower case.
  const rule::DeclaredTable* by_id = nullptr;
  for (const rule::DeclaredTable& declared : document.tables) {
    const lookup::NamedTable& table = declared.table;
    if (table.rows->shape().kind != kind) continue;
    if (table.name == name) return &declared;
    if (by_id == nullptr && !table.id.empty() &&
        std::equal(name.begin(), name.end(), table.id.begin(), table.id.end(), same_but_case))
      by_id = &declared;
  }
  return by_id;
}

}  // namespace weir::engine
