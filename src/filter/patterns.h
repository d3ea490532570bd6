// The regular expressions of one `match` condition: RE2, unanchored, true if any of them matches.
//
// More than two are compiled into one automaton (RE2::Set), whose cost does not grow with their
// number. Where RE2 refuses to build it, it builds one of each half, and so on; what is left at the
// end, and any automaton that it gives up for want of memory, is tried one by one, in the end
// without one that grows. Immutable once built; any thread may match.
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/bounds.h"

namespace weir::filter {

// Why a pattern was refused.
struct PatternError {
  std::string what;
  std::size_t offset = 0;  // bytes from the beginning of the pattern
};

class Patterns {
 public:
  // Two single searches of short texts cost half as much again as the automaton of a set, but go
  // faster through long ones, because they know how a match begins; three cost double (measured
  // with tests/bench/filters.cpp).
  static constexpr std::size_t min_set = 3;

  // memory: what the automata of all of them together may grow to, about.
  explicit Patterns(bool ignore_case, std::size_t memory = most_automaton_memory)
      : options_(make_options(ignore_case)), memory_(static_cast<std::int64_t>(memory)) {}

  // Adds one; says what is wrong with it instead if it does not compile.
  std::optional<PatternError> add(std::string_view pattern);
  // After the last: builds the common automata.
  void finish();

  bool match(std::string_view text) const;

  // Estimate, from above, of what the expressions occupy before they match anything.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  // Expressions side by side that are matched together.
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::unique_ptr<RE2::Set> set;  // null: one by one
  };

  static RE2::Options make_options(bool ignore_case);
  std::unique_ptr<RE2> make_single(std::string_view pattern) const;
  std::unique_ptr<RE2::Set> make_set(std::size_t begin, std::size_t end) const;
  void divide(std::size_t begin, std::size_t end);
  bool match(const Part& part, std::string_view text) const;

  RE2::Options options_;
  std::int64_t memory_;
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<RE2>> singles_;
  std::vector<Part> parts_;
};

// True if the pattern has no operator: matching it is containing it.
bool is_literal(std::string_view pattern) noexcept;

}  // namespace weir::filter
