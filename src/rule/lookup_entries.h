// The entries of a lookup that stand in the document itself.
#pragma once

#include <string_view>

#include "lookup/table.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// What a shape leaves open: the columns that the entries of a table, an active list or a context
// table have, in the order in which they first come. Reports nothing.
void add_columns(const Node& entries, lookup::Shape& shape);

// A table of them. Of a dictionary, a directory, a table and an active list they are a map of keys,
// of assets and context tables a list. Reports what is wrong, at its place, and leaves it out.
lookup::Table read_entries(const Node& entries, lookup::Shape shape, Findings& findings);

}  // namespace weir::rule
