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

// First all lookups that were read are taken, then those of what is really imported are used.
// Taking or using one is O(log n).
class ImportedLookups {
 public:
  // Puts the stub's name in the place of the id.
  void take(filter::Lookup& lookup, const KumaLookup& place, Findings& findings);

  // All stubs, assets and directory too, without rows.
  lookup::Tables tables() const;

  // What the tree asks stands in the document.
  void use(const filter::Node& tree);
  // The same of a lookup, by the stub's name.
  void use(lookup::Kind kind, const std::string& name);

  // The sections of a document: `dictionaries:` and the like. Warns of each stub in it.
  std::string document(Findings& findings) const;

 private:
  struct Stub {
    lookup::Kind kind = lookup::Kind::dictionary;
    std::string name;
    std::string id;          // empty if what names it is no id
    std::size_t offset = 0;  // where it was first named
    bool used = false;
    std::vector<std::string> keys;     // of a context table
    bool keys_are_named = false;       // by a filter; else the event fields lend their names
    std::vector<std::string> columns;  // in the order of their use
    std::set<std::string> known;       // the same
    std::set<std::string> lists;       // those of which an element was asked for
  };
  using Key = std::pair<lookup::Kind, std::string>;

  Stub make(const filter::Lookup& lookup, const KumaLookup& place) const;
  void use(const filter::Operand& operand);
  static bool takes_column(Stub& stub, const std::string& column, const KumaLookup& place,
                           Findings& findings);
  static std::string written(const Stub& stub);

  std::vector<Stub> stubs_;
  std::map<Key, std::size_t> by_id_;
  std::map<Key, std::size_t> by_name_;
  std::map<lookup::Kind, std::size_t> singles_;  // assets, directory: where they were first used
};

}  // namespace weir::rule
