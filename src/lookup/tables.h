// The lookups that filters and enrichment rules may refer to: by kind, and by name or id.
#pragma once

#include <array>
#include <functional>
#include <map>
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
  // False: its declaration has mistakes, so that its shape is a guess. It is there to be named.
  bool good = true;
};

// As many as a document declares. find() is O(log n): filters name lookups by the thousand.
class Tables {
 public:
  // REQUIRES: none of this kind and name. Of two of a kind with one id the first keeps it.
  void add(NamedTable table);

  // By name, else by id, in either case; null if there is none. Throws bad_alloc.
  const NamedTable* find(Kind kind, std::string_view name) const;

  // The names of a kind, for a did-you-mean.
  std::vector<std::string_view> names(Kind kind) const;

  const std::vector<NamedTable>& all() const noexcept { return all_; }

  // Every one of them is.
  bool good() const noexcept { return good_; }

 private:
  // Where one stands in all_, by its kind.
  using Places = std::array<std::map<std::string, std::size_t, std::less<>>, kinds>;

  std::vector<NamedTable> all_;
  bool good_ = true;
  Places by_name_;
  Places by_id_;
};

}  // namespace weir::lookup
