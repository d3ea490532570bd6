// A compiled filter: what decides about every event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/slots.h"
#include "event/value.h"
#include "filter/bounds.h"
#include "filter/tree.h"
#include "lookup/tables.h"

namespace weir::filter {

// What one side of a condition is fetched into, where it is no event field.
struct OperandScratch {
  std::string text;            // a lookup's key, or the texts of threat intelligence
  std::vector<TextRef> texts;  // what an operand over threat intelligence gives
};

// Buffers that an evaluation reuses; one a thread. Keeps its capacity between events.
struct Scratch {
  std::string folded;
  std::string folded_right;
  OperandScratch left;
  OperandScratch right;
  lookup::Clock clock;  // set by whoever evaluates: by it entries of lookups end
};

// The saved filter of a name, or null.
using FindSaved = std::function<const Node*(std::string_view name)>;

// What a filter may refer to, and what it is for.
struct Environment {
  FindSaved saved;                                  // empty: there are none
  std::span<const std::string_view> saved_names{};  // for a did-you-mean
  const lookup::Tables* tables = nullptr;           // null: there are none
  // As in KUMA, the filter of an aggregation rule cannot ask for vulnerabilities, groups of a
  // directory or threat intelligence.
  bool aggregates = false;
  // What the automata of one `match` condition may grow to: automaton_memory().
  std::size_t automaton_memory = most_automaton_memory;
};

// How many `match` conditions the tree has, with its saved filters in place. REQUIRES: it compiles
std::size_t count_matches(const Node& node, const FindSaved& saved);

class Program {
 public:
  Program();  // matches everything
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  bool empty() const noexcept;  // matches everything, at no cost

  // Estimate of what its regular expressions occupy, without the automata that matching builds.
  std::size_t pattern_bytes() const noexcept;

  // Some lookup of it lets its entries go after a time, so that what it says depends on the clock.
  bool depends_on_time() const noexcept;

  // row: the values of one event by slot, converted to their fields' types. Throws bad_alloc: for a
  // buffer for folding, or from RE2, which otherwise goes on with less where its automata are full.
  bool matches(const Value* row, Scratch& scratch) const;

 private:
  friend Program compile(const Node&, const Environment&, SlotMap&);
  struct Code;
  std::unique_ptr<Code> code_;
};

// Inlines saved filters, checks operands against the operator table of docs/filters.md, parses the
// constants, orders the leaves of each group by cost. Throws Failure(invalid_document) whose
// position.offset is a byte in the text of `node`; the message of an error inside a saved filter
// names that filter, and the offset is then that of the reference. The program keeps the tables
// that it refers to.
Program compile(const Node& node, const Environment& environment, SlotMap& slots);

// The tree with every saved filter in place of its reference. Throws as compile does: an unknown
// name, or a cycle, which is named: a -> b -> a.
Node inline_saved(const Node& node, const FindSaved& saved,
                  std::span<const std::string_view> known = {});

}  // namespace weir::filter
