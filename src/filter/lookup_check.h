// Whether the lookups that a condition names are there, with the columns and keys that it asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/schema.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

// Where a lookup stands in the text, for messages.
struct LookupPlace {
  std::uint32_t begin;
  const std::vector<Span>& parts;  // as Node::left_parts; may lack some

  static constexpr std::size_t name = 0;
  static constexpr std::size_t column = 1;  // of all but dictionaries

  std::uint32_t of(std::size_t part) const noexcept {
    return part < parts.size() ? parts[part].begin : begin;
  }
};

// Of inDictionary and the like: the entry itself. Throws Failure(invalid_document) at the part of
// the lookup that is wrong.
void check_entry(const Lookup& lookup, const Environment& environment, Schema schema,
                 const LookupPlace& place);

// Of an operand: one value of an entry. Throws likewise.
void check_value(const Lookup& lookup, const Environment& environment, Schema schema,
                 const LookupPlace& place);

}  // namespace weir::filter
