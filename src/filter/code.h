// The instructions of a compiled filter: one a condition, each with where to go when it is true and
// when it is false. A group is nothing but jumps, and a negation is two of them exchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/slots.h"
#include "filter/lookup_test.h"
#include "filter/mixed_set.h"
#include "filter/operand.h"
#include "filter/part_set.h"
#include "filter/patterns.h"
#include "filter/scalar.h"
#include "filter/text_set.h"
#include "lookup/subnet_set.h"

namespace weir::filter {

// What an instruction tests of its value. "Folded": the constant is folded, the value is to be.
enum class Test : std::uint8_t {
  never,           // of a present value: = '' alone
  integer_equal,   // integer
  integer_one_of,  // index of integers
  floating_equal,  // floating
  floating_one_of,
  text_equal,  // text
  text_equal_folded,
  text_one_of,  // index of text_sets
  text_one_of_folded,
  any_one_of,  // index of mixed_sets: of an open schema's field
  any_one_of_folded,
  order_integer,   // integer, by `relation`
  order_floating,  // floating, by `relation`
  order_scalar,    // index of scalars, which are texts
  order_text_folded,
  in_subnets,  // index of subnets
  contains,    // text
  contains_folded,
  contains_any,  // index of text_lists
  contains_any_folded,
  starts_with_any,
  starts_with_any_folded,
  ends_with_any,
  ends_with_any_folded,
  has_part,  // index of part_sets
  has_part_folded,
  match,              // index of patterns
  has_bits,           // word
  has_entry,          // index of lookups; no left side
  ti_detect,          // index of intelligence; no left side
  has_vulnerability,  // index of vulnerabilities
  in_category,        // index of memberships
  in_group,           // index of memberships
  // against the value on the right
  field_equal,
  field_order,
  field_in_subnet,
  field_contains,
  field_starts_with,
  field_ends_with,
};

// The test that follows `test`, which folds: each is declared after the one that does not.
inline Test folded_if(bool folds, Test test) noexcept {
  return static_cast<Test>(static_cast<int>(test) + (folds ? 1 : 0));
}

// Which results of a comparison an ordering operator is true of; unordered is never one of them.
enum class Relation : std::uint8_t { less, less_equal, greater, greater_equal };

// Where the value on a side comes from.
enum class Source : std::uint8_t { field, lookup, intelligence };

struct Instruction {
  Test test = Test::never;
  Relation relation = Relation::less;
  bool if_absent = false;    // the answer for an absent left value
  bool ignore_case = false;  // of a test between two values
  Slot left = 0;             // of the row, or the index of what `left_source` says
  Slot right = 0;            // likewise
  std::uint32_t on_true = 0;
  std::uint32_t on_false = 0;
  std::uint32_t index = 0;  // into the constants, by test; of a text: its bytes
  Source left_source = Source::field;
  Source right_source = Source::field;
  bool indirect = false;  // more is to be fetched than two values of the row
  union {
    std::int64_t integer = 0;
    double floating;
    std::uint64_t word;
    const char* characters;
  };

  std::string_view text() const noexcept { return {characters, index}; }
};
static_assert(sizeof(Instruction) == 32);

// The targets of jumps that end a program.
inline constexpr std::uint32_t accept = 0xFFFF'FFFF;
inline constexpr std::uint32_t reject = 0xFFFF'FFFE;

// What instructions refer to by index. Filled while a filter is compiled, then immutable.
struct Constants {
  std::deque<std::string> texts;                    // a deque: instructions point to the characters
  std::vector<std::vector<std::int64_t>> integers;  // each sorted
  std::vector<std::vector<double>> floatings;       // each sorted
  std::vector<TextSet> text_sets;
  std::vector<MixedSet> mixed_sets;
  std::vector<std::vector<std::string_view>> text_lists;  // views of `texts`
  std::vector<Scalar> scalars;                            // texts are views of `texts`
  std::vector<lookup::SubnetSet> subnets;
  std::vector<PartSet> part_sets;
  std::vector<Patterns> patterns;
  std::vector<LookupOperand> lookups;
  std::vector<IntelligenceOperand> intelligence;
  std::vector<VulnerabilityTest> vulnerabilities;
  std::vector<MembershipTest> memberships;
  std::size_t pattern_bytes = 0;  // of `patterns`, estimated
  bool depends_on_time = false;   // some of the lookups lets its entries go
};

// Adds to one of the containers above; the index is the instruction's.
template <class Container, class Element>
std::uint32_t append(Container& container, Element element) {
  container.push_back(std::move(element));
  return static_cast<std::uint32_t>(container.size() - 1);
}

}  // namespace weir::filter
