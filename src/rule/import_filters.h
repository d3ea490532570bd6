// The filters of an import: one name for each content, in an order in which none refers to a later
// one.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/program.h"
#include "filter/tree.h"
#include "lookup/tables.h"
#include "rule/findings.h"

namespace weir::rule {

// Hands out names of resources of one kind, each once. O(log n).
class ImportedNames {
 public:
  // other: what takes a name away, for messages.
  explicit ImportedNames(std::string_view other) noexcept : other_(other) {}

  // The name, or one made of it if it is taken or too long: "Name (2)", with a warning.
  std::string give(std::string_view wanted, std::size_t offset, Findings& findings);

 private:
  std::string_view other_;
  std::set<std::string> given_;
  std::map<std::string, std::size_t> counts_;
};

class ImportedFilters {
 public:
  // Keeps the filter, and says under what name: that of an equal one that had the same name before.
  // offset: where it stands.
  std::string add(std::string_view name, filter::Node tree, std::size_t offset, Findings& findings);

  // Finds out which of them would load, and reports why others would not.
  void check(const lookup::Tables& tables, Findings& findings);

  // The same for a tree that has no name here. REQUIRES: check was called
  bool loads(const filter::Node& tree, bool aggregates, const lookup::Tables& tables,
             Findings& findings) const;

  // Shows the trees of those that would load.
  void visit(const std::function<void(const filter::Node& tree)>& see) const;

  // The section `filters:` of the same.
  std::string document() const;

 private:
  struct Filter {
    std::string name;
    filter::Node tree;
    std::string expression;
    std::size_t offset = 0;
    bool good = true;
  };

  const Filter* find(std::string_view name) const;
  bool refers_to_bad(const filter::Node& tree, Findings& findings) const;

  std::vector<Filter> filters_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  // What was asked for: name and content.
  std::map<std::pair<std::string, std::string>, std::size_t> by_content_;
  ImportedNames names_{"another filter, of other content,"};
};

// Whether the tree would load as a filter: its expression reads back, and it compiles. Reports why
// not.
bool would_load(const filter::Node& tree, const filter::Environment& environment,
                Findings& findings);

}  // namespace weir::rule
