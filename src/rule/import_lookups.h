// The lookups that imported filters name by id. KUMA exports the id alone, so each becomes a stub:
// a lookup with a name, the id, the columns that filters ask for, and no rows.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/tree.h"
#include "lookup/tables.h"
#include "rule/findings.h"
#include "rule/kuma_filter.h"

namespace weir::rule {

// Taking a lookup is O(log n).
class ImportedLookups {
 public:
  // Puts the stub's name in the place of the id, and warns of a new one.
  void take(filter::Lookup& lookup, const KumaLookup& place, Findings& findings);

  // Sees to it that assets and the directory are there if the tree asks for them.
  void take(const filter::Node& tree, Findings& findings);

  // The stubs, without rows.
  lookup::Tables tables() const;

  // The sections of a document: `dictionaries:` and the like.
  std::string document() const;

 private:
  struct Stub {
    lookup::Kind kind = lookup::Kind::dictionary;
    std::string name;
    std::string id;                    // empty if what names it is no id
    std::vector<std::string> keys;     // of a context table
    std::vector<std::string> columns;  // in the order of their use
    std::set<std::string> known;       // the same
    std::set<std::string> lists;       // those of which an element was asked for
  };

  void take_single(lookup::Kind kind, const filter::Node& condition, Findings& findings);
  Stub make(const filter::Lookup& lookup, const KumaLookup& place);
  static void append_columns(std::string& out, const Stub& stub);

  std::vector<Stub> stubs_;
  std::map<std::pair<lookup::Kind, std::string>, std::size_t> by_id_;
  std::set<std::pair<lookup::Kind, std::string>> names_;
  std::set<lookup::Kind> singles_;  // of which there is one: assets, directory
};

}  // namespace weir::rule
