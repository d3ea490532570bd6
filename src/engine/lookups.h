// The lookups of an engine: those that the document declares, and those that the host has made.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "lookup/import.h"
#include "lookup/tables.h"
#include "rule/document.h"

namespace weir::engine {

struct Lookups {
  lookup::Tables tables;  // the document's first
  // Rows that come from the host and not from the document: they outlive a reload.
  std::set<std::shared_ptr<lookup::Table>> of_host;
};

// Those of a new document, in place of the ones before. What it declares without rows of its own
// keeps the rows that the host gave, if they fit.
Lookups merged(const Lookups& before, const rule::Document& document);

// The same lookups with other rows of the host for one of them, or with one more. REQUIRES: `name`
// is its name or id.
Lookups with_rows(const Lookups& before, std::string_view name,
                  std::shared_ptr<lookup::Table> rows);

// What the document says of a lookup, or null.
const rule::DeclaredTable* declared(const rule::Document& document, lookup::Kind kind,
                                    std::string_view name) noexcept;

}  // namespace weir::engine
