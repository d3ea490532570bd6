#include "filter/lookup_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/uuid.h"
#include "filter/operand_check.h"
#include "filter/token.h"
#include "filter/words.h"

namespace weir::filter {
namespace {

constexpr std::size_t max_names = 8;  // that a message lists

// Where a document declares them.
std::string_view section_of(lookup::Kind kind) noexcept {
  switch (kind) {
    case lookup::Kind::dictionary:
      return "dictionaries";
    case lookup::Kind::table:
      return "tables";
    case lookup::Kind::active_list:
      return "active_lists";
    default:
      return "context_tables";
  }
}

// The ways to ask a lookup of that kind.
std::string_view how_to_ask(lookup::Kind kind) noexcept {
  switch (kind) {
    case lookup::Kind::dictionary:
      return "dictionary(…) or inDictionary(…)";
    case lookup::Kind::table:
      return "table(…)";
    case lookup::Kind::active_list:
      return "activeList(…) or inActiveList(…)";
    default:
      return "contextTable(…) or inContextTable(…)";
  }
}

std::string names_of(const std::vector<lookup::Column>& columns) {
  std::string names;
  for (std::size_t i = 0; i < std::min(columns.size(), max_names); ++i) {
    if (i > 0) names += ", ";
    names += columns[i].name;
  }
  return columns.size() > max_names ? names + " …" : names;
}

[[noreturn]] void fail_unknown(const Lookup& lookup, const lookup::Tables* tables,
                               std::uint32_t offset) {
  std::string hint;
  if (tables != nullptr) {
    for (const OperandFunction& function : operand_functions) {
      if (function.kind == operand::intelligence) continue;
      if (tables->find(function.lookup, lookup.name) == nullptr) continue;
      fail(offset,
           fmt::format("unknown {} '{}', but there is a lookup of that name which is asked "
                       "with {}",
                       lookup::kind_name(lookup.kind), lookup.name, how_to_ask(function.lookup)));
    }
    hint = did_you_mean(lookup.name, tables->names(lookup.kind));
  }
  if (hint.empty()) {  // filters of KUMA name lookups by their ids
    const bool is_id = parse_uuid(lookup.name).has_value();
    hint = fmt::format("; declare {} under '{}'", is_id ? "one with this 'id'" : "it",
                       section_of(lookup.kind));
  }
  fail(offset, fmt::format("unknown {} '{}'{}", lookup::kind_name(lookup.kind), lookup.name, hint));
}

void check_keys(const Lookup& lookup, const lookup::Shape& shape, Schema schema,
                const LookupPlace& place, std::size_t first) {
  if (lookup.keys.empty()) {
    fail(place.begin, fmt::format("the {} '{}' is asked without a key; name at least one event "
                                  "field",
                                  lookup::kind_name(lookup.kind), lookup.name));
  }
  for (std::size_t i = 0; i < lookup.keys.size(); ++i) {
    const FieldId key = lookup.keys[i];
    check_field(key, schema, place.of(first + i));
    if (is_array(field_type(key, schema))) {
      fail(place.of(first + i),
           fmt::format("'{}' is an array, which cannot be part of a key; use a "
                       "field that holds one value",
                       field_name(key)));
    }
  }
  const std::size_t given = lookup.keys.size();
  const std::size_t wanted = shape.keys.size();
  if (lookup.kind != lookup::Kind::context_table || given == wanted) return;
  fail(place.of(first + std::min(wanted, given - 1)),
       fmt::format("the context table '{}' has {} key field{}, {}; name an event field for each, "
                   "not {}",
                   lookup.name, wanted, wanted == 1 ? "" : "s", names_of(shape.keys), given));
}

const lookup::Shape& shape_of(const Lookup& lookup, const Environment& environment,
                              const LookupPlace& place) {
  const lookup::NamedTable* table =
      environment.tables ? environment.tables->find(lookup.kind, lookup.name) : nullptr;
  if (table == nullptr) {
    fail_unknown(lookup, environment.tables, place.of(LookupPlace::name));
  }
  return table->rows->shape();
}

const lookup::Column& column_of(const Lookup& lookup, const lookup::Shape& shape,
                                const LookupPlace& place) {
  std::vector<std::string_view> names;
  for (const lookup::Column& column : shape.columns) {
    if (column.name == lookup.column) return column;
    names.push_back(column.name);
  }
  std::string hint = did_you_mean(lookup.column, names);
  if (hint.empty()) {
    hint = names.empty() ? "; declare it under 'columns'"
                         : fmt::format("; it has {}", names_of(shape.columns));
  }
  fail(place.of(LookupPlace::column),
       fmt::format("the {} '{}' has no column '{}'{}", lookup::kind_name(lookup.kind), lookup.name,
                   lookup.column, hint));
}

}  // namespace

void check_entry(const Lookup& lookup, const Environment& environment, Schema schema,
                 const LookupPlace& place) {
  const lookup::Shape& shape = shape_of(lookup, environment, place);
  check_keys(lookup, shape, schema, place, LookupPlace::name + 1);
}

void check_value(const Lookup& lookup, const Environment& environment, Schema schema,
                 const LookupPlace& place) {
  const lookup::Shape& shape = shape_of(lookup, environment, place);
  const bool has_column = lookup.kind != lookup::Kind::dictionary;
  const bool is_list = has_column && is_array(column_of(lookup, shape, place).type);
  const std::size_t first_key = has_column ? LookupPlace::column + 1 : LookupPlace::name + 1;
  check_keys(lookup, shape, schema, place, first_key);
  if (!lookup.index) return;
  const std::uint32_t index = place.of(first_key + lookup.keys.size());
  if (lookup.kind != lookup::Kind::context_table) {
    fail(index, fmt::format("an index stands behind a list in a context table only; remove [{}]",
                            *lookup.index));
  }
  if (!is_list) {
    fail(index, fmt::format("'{}' of the context table '{}' is not a list; remove [{}]",
                            lookup.column, lookup.name, *lookup.index));
  }
}

}  // namespace weir::filter
