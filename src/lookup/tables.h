// The lookups that filters and enrichment rules may refer to: by kind, and by name or id.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/table.h"

namespace weir::lookup {

struct NamedTable {
  std::string name;  // empty of assets and of a directory: there is one of each
  std::string id;    // what KUMA calls it, in lower case, or empty
  // Never null. What refers to the table keeps it; its rows may change, its shape does not.
  std::shared_ptr<Table> rows;
};

// A list of a document's length: look-up is a search through it, done while filters are compiled.
class Tables {
 public:
  // REQUIRES: none of this kind and name.
  void add(NamedTable table) { all_.push_back(std::move(table)); }

  // By name, else by id, in either case; null if there is none. Throws bad_alloc.
  const NamedTable* find(Kind kind, std::string_view name) const;

  // The names of a kind, for a did-you-mean.
  std::vector<std::string_view> names(Kind kind) const;

  const std::vector<NamedTable>& all() const noexcept { return all_; }

 private:
  std::vector<NamedTable> all_;
};

}  // namespace weir::lookup
