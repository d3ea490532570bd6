// Lookups that the host fills.

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "engine/engine.h"

namespace weir::engine {

namespace {

Failure unknown(const Engine::TableRows& rows, const lookup::Tables& tables) {
  std::string hint = did_you_mean(rows.name, tables.names(rows.kind));
  if (hint.empty()) hint = "; set it with weir_set_table first, or declare it in the document";
  const std::string_view kind = lookup::kind_name(rows.kind);
  return Failure(Status::not_found,
                 rows.name.empty() ? fmt::format("there are no {}{}", kind, hint)
                                   : fmt::format("there is no {} '{}'{}", kind, rows.name, hint));
}

}  // namespace

// The new rows are read outside the gate. Where their shape is that of the old ones they change
// places with them, and everything that refers to the lookup sees them; otherwise the rules are
// compiled anew.
void Engine::set_table(const TableRows& rows) {
  lookup::Columns columns;
  Duration ttl;
  {
    const Gate::Shared gate(gate_);
    if (const auto* known = declared(sources_.document, rows.kind, rows.name)) {
      const lookup::Shape& shape = known->table.rows->shape();
      columns = {shape.keys, shape.columns};
      ttl = shape.ttl;
    }
  }
  const auto made = std::make_shared<lookup::Table>(lookup::read_table(
      rows.kind, std::move(columns), ttl, rows.format, rows.text, clock_.of_lookups()));

  std::shared_ptr<const Ruleset> old;  // let go, like the old rows, behind the gate
  const Gate::Alone gate(gate_);
  if (rows_in_place(rows, *made)) return;
  Sources sources = sources_;
  sources.lookups = with_rows(sources_.lookups, rows.name, made);
  old = replace(std::move(sources));
}

bool Engine::rows_in_place(const TableRows& rows, lookup::Table& made) {
  const lookup::NamedTable* known = sources_.lookups.tables.find(rows.kind, rows.name);
  if (known == nullptr || known->rows->shape() != made.shape()) return false;
  note_host(rows);
  std::swap(*known->rows, made);
  ++version_;
  return true;
}

// What the document fills is the document's again when it is loaded the next time.
void Engine::note_host(const TableRows& rows) {
  const auto* stated = declared(sources_.document, rows.kind, rows.name);
  if (stated == nullptr || !stated->filled)
    sources_.lookups.of_host.insert(sources_.lookups.tables.find(rows.kind, rows.name)->rows);
}

lookup::Table& Engine::host_table(const TableRows& rows) {
  const lookup::NamedTable* known = sources_.lookups.tables.find(rows.kind, rows.name);
  if (known == nullptr) throw unknown(rows, sources_.lookups.tables);
  note_host(rows);
  return *known->rows;
}

void Engine::update_table(const TableRows& rows) {
  const Gate::Alone gate(gate_);
  lookup::update(host_table(rows), rows.format, rows.text, clock_.of_lookups());
  ++version_;
}

void Engine::erase_from_table(const TableRows& keys) {
  const Gate::Alone gate(gate_);
  if (lookup::erase(host_table(keys), keys.format, keys.text) > 0) ++version_;
}

}  // namespace weir::engine
