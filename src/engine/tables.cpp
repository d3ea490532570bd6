// Lookups that the host fills.

#include <fmt/format.h>

#include <optional>
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

// As the document says, if it says anything.
std::optional<lookup::Shape> stated_shape(const rule::Document& document,
                                          const Engine::TableRows& rows) {
  const auto* known = declared(document, rows.kind, rows.name);
  return known == nullptr ? std::nullopt : std::optional(known->table.rows->shape());
}

}  // namespace

// The new rows are read outside the gate. Where their shape is that of the old ones they change
// places with them, and everything that refers to the lookup sees them; otherwise the rules are
// compiled anew. A document that is loaded meanwhile may say something else of them: then they are
// read again.
void Engine::set_table(const TableRows& rows) {
  for (;;) {
    std::optional<lookup::Shape> stated;
    {
      const Gate::Shared gate(gate_);
      stated = stated_shape(sources_.document, rows);
    }
    const lookup::Shape shape = stated.value_or(lookup::Shape{});
    const auto made = std::make_shared<lookup::Table>(
        lookup::read_table(rows.kind, {shape.keys, shape.columns}, shape.ttl, rows.format,
                           rows.text, clock_.of_lookups()));

    std::shared_ptr<const Ruleset> old;  // let go, like the old rows, behind the gate
    const Gate::Alone gate(gate_);
    if (stated_shape(sources_.document, rows) != stated) continue;
    if (rows_in_place(rows, *made)) return;
    Sources sources = sources_;
    sources.lookups = with_rows(sources_.lookups, rows.name, made);
    old = replace(std::move(sources));
    return;
  }
}

bool Engine::rows_in_place(const TableRows& rows, lookup::Table& made) {
  const lookup::NamedTable* known = sources_.lookups.tables.find(rows.kind, rows.name);
  if (known == nullptr || known->rows->shape() != made.shape()) return false;
  note_host(rows);
  std::swap(*known->rows, made);
  ++version_;
  return true;
}

// What the document fills is the document's again when it is loaded the next time. True if that
// was not known.
bool Engine::note_host(const TableRows& rows) {
  const auto* stated = declared(sources_.document, rows.kind, rows.name);
  if (stated != nullptr && stated->filled) return false;
  const lookup::NamedTable* known = sources_.lookups.tables.find(rows.kind, rows.name);
  return sources_.lookups.of_host.insert(known->rows).second;
}

// All or nothing: what could not be changed is no more the host's than before.
template <class Change>
void Engine::change_table(const TableRows& rows, Change change) {
  const Gate::Alone gate(gate_);
  const lookup::NamedTable* known = sources_.lookups.tables.find(rows.kind, rows.name);
  if (known == nullptr) throw unknown(rows, sources_.lookups.tables);
  const bool noted = note_host(rows);
  try {
    change(*known->rows);
  } catch (...) {
    if (noted) sources_.lookups.of_host.erase(known->rows);
    throw;
  }
  ++version_;
}

void Engine::update_table(const TableRows& rows) {
  change_table(rows, [&](lookup::Table& table) {
    lookup::update(table, rows.format, rows.text, clock_.of_lookups());
  });
}

void Engine::erase_from_table(const TableRows& keys) {
  change_table(keys, [&](lookup::Table& table) { lookup::erase(table, keys.format, keys.text); });
}

}  // namespace weir::engine
