// Filters of a document: from nodes to trees, the saved ones by name, and whether all of them
// compile.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/program.h"
#include "filter/tree.h"
#include "rule/document.h"
#include "rule/findings.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// Reads a filter: an expression, a map with one of `all`, `any`, `not`, or KUMA's JSON
// (rule/kuma_filter.h), which the tables help to read. The spans of the tree are offsets in the
// document, so that whoever compiles it later can point there too. Reports what is wrong and gives
// nullopt.
std::optional<filter::Node> read_filter(const Node& node, const Source& source, Schema schema,
                                        Findings& findings, const lookup::Tables* tables = nullptr);

// The saved filters of a document. Add all, check_all, then check what refers to them. Look-up by
// name is O(log n).
class SavedFilters {
 public:
  // tables: what filters may look things up in; null: nothing. Borrowed.
  SavedFilters(Schema schema, const lookup::Tables* tables) : schema_(schema), tables_(tables) {}
  // Those of a document that is loaded already, and good.
  SavedFilters(const std::vector<SavedFilter>& loaded, Schema schema, const lookup::Tables* tables);

  // What fields the filters of the document may name, and with what types.
  Schema schema() const noexcept { return schema_; }
  // What they may look things up in; null: nothing.
  const lookup::Tables* tables() const noexcept { return tables_; }

  // Where the name of a saved filter stands, or null if there is none.
  const std::size_t* place(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &entries_[found->second].offset;
  }

  // offset: of the name in the document. Without a tree: one that could not be read; it exists, but
  // what refers to it is not checked. REQUIRES no such name yet
  void add(std::string name, std::optional<filter::Node> tree, std::size_t offset);

  // Reports cycles, unknown names, and filters that do not compile, each once.
  void check_all(Findings& findings);

  // What a filter is for: that of an aggregation rule may not ask for everything.
  enum class Use : std::uint8_t { any, aggregation };

  // The same for a filter that is not saved.
  void check(const filter::Node& tree, Use use, Findings& findings);

  // Those that could be read, in the order of the document.
  std::vector<SavedFilter> take();

 private:
  enum class State : std::uint8_t { fresh, open, good, bad };

  // What a tree comes to with the saved filters in place of their references.
  struct Extent {
    std::uint64_t nodes = 0;
    std::uint64_t items = 0;           // of lists
    std::uint64_t constant_bytes = 0;  // of lists and single constants
    std::size_t chain = 0;             // references from one to the next
    bool good = true;                  // all that it refers to
  };
  struct Entry {
    std::string name;
    filter::Node tree;
    std::size_t offset = 0;
    State state = State::fresh;
    bool readable = true;
    Extent extent;
  };
  using Path = std::vector<std::size_t>;  // the filters being resolved, each referring to the next

  void resolve(std::size_t index, Path& path, Findings& findings);
  Extent measure(const filter::Node& node, Path& path, Findings& findings);
  Extent measure_reference(const filter::Node& node, Path& path, Findings& findings);
  void report_cycle(std::size_t index, const Path& path, Findings& findings);
  void report_unknown(const filter::Node& reference, Findings& findings) const;
  bool fits(const filter::Node& tree, const Extent& extent, Findings& findings);
  bool fits_with(const filter::Node& tree, std::size_t pattern_bytes, Findings& findings);
  bool compiles(const filter::Node& tree, Use use, const Extent& extent, Findings& findings);

  Schema schema_;
  const lookup::Tables* tables_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  // Of all filters compiled so far.
  std::uint64_t compiled_nodes_ = 0;
  std::uint64_t compiled_items_ = 0;
  std::uint64_t compiled_constant_bytes_ = 0;
  std::uint64_t compiled_pattern_bytes_ = 0;
  bool too_large_ = false;  // and it has been said
  bool loaded_ = false;     // from a document that has been checked
};

}  // namespace weir::rule
