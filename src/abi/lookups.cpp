// Exported functions of lookups.

#include "abi/checks.h"
#include "abi/handles.h"

using namespace weir;
using namespace weir::abi;

namespace {

engine::Engine::TableRows rows_of(const weir_table* given) {
  required(given, "table is NULL; pass kind, name, format and rows");
  const weir_table known =
      read_struct(given, "weir_table.struct_size is wrong; set it to sizeof(weir_table)");
  if (known.kind < WEIR_DICTIONARY || known.kind > WEIR_DIRECTORY)
    refuse("table.kind is unknown; use WEIR_DICTIONARY and the like");
  if (known.format < WEIR_CSV || known.format > WEIR_JSON_LINES)
    refuse("table.format is unknown; use WEIR_CSV, WEIR_TSV or WEIR_JSON_LINES");
  const std::string_view name = text_of(known.name.data, known.name.size);
  const bool single = known.kind == WEIR_ASSETS || known.kind == WEIR_DIRECTORY;
  if (single && !name.empty()) refuse("assets and the directory have no name; leave it empty");
  if (!single && name.empty()) refuse("the name of a lookup is empty; give it one");
  return {static_cast<lookup::Kind>(known.kind), name, static_cast<lookup::Format>(known.format),
          text_of(known.rows.data, known.rows.size)};
}

}  // namespace

std::int32_t weir_set_table(weir_engine* engine, const weir_table* table, weir_error* error) {
  return guarded(error, [&] {
    entered(engine).engine.set_table(rows_of(table));
    return Status::ok;
  });
}

std::int32_t weir_update_table(weir_engine* engine, const weir_table* rows, weir_error* error) {
  return guarded(error, [&] {
    entered(engine).engine.update_table(rows_of(rows));
    return Status::ok;
  });
}

std::int32_t weir_erase_from_table(weir_engine* engine, const weir_table* keys, weir_error* error) {
  return guarded(error, [&] {
    entered(engine).engine.erase_from_table(rows_of(keys));
    return Status::ok;
  });
}
