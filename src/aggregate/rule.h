// An aggregation rule as it runs: where its accumulators lie in a bucket, and which slots of a row
// feed them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/settings.h"
#include "aggregate/statistic.h"
#include "aggregate/sum.h"
#include "event/slots.h"
#include "event/value.h"

namespace weir::aggregate {

// Everything about a rule that is the same for the life of its buckets. Immutable, shared.
class Rule {
 public:
  struct Identical {
    FieldId field;
    bool floating;  // a key has doubles without a fraction as integers
  };
  struct Unique {
    FieldId field;
    FieldType type;
    std::uint32_t offset;  // of a UniqueList
  };

  // table: the number of the rule's table in each shard. Throws Failure(limit) when the table of
  // fields is full.
  Rule(Settings settings, std::uint32_t table);

  const Settings& settings() const noexcept { return settings_; }
  std::uint32_t table() const noexcept { return table_; }
  const std::vector<Identical>& identical() const noexcept { return identical_; }
  const std::vector<Sum>& sums() const noexcept { return sums_; }
  const std::vector<Unique>& uniques() const noexcept { return uniques_; }
  const std::vector<StatisticPlace>& statistics() const noexcept { return statistics_; }
  // Fields of the schema that no list names, as they were known when the rule was made; empty for
  // `other_fields: drop`.
  const std::vector<FieldId>& others() const noexcept { return others_; }
  std::uint32_t others_offset() const noexcept { return others_offset_; }  // of an OtherValues
  // `unique_mode: dedup`: it may refuse an event that its filter takes.
  bool dedups() const noexcept { return combinations_offset_ != 0; }
  std::uint32_t combinations_offset() const noexcept { return combinations_offset_; }
  // `single: pass`: the first event of a bucket is kept, at lone_offset(), until a second comes.
  bool passes_lone() const noexcept { return settings_.single == Single::pass; }
  std::uint32_t lone_offset() const noexcept { return lone_offset_; }
  FieldId reason_field() const noexcept { return reason_field_; }  // if settings().output_reason
  // A bucket may have memory in the arena of lists.
  bool has_lists() const noexcept { return has_lists_; }
  std::uint32_t key_offset() const noexcept { return key_offset_; }
  std::uint64_t seed() const noexcept { return seed_; }
  std::string_view id_text() const noexcept { return id_text_; }

 private:
  void lay_out();
  void find_others();

  Settings settings_;
  std::uint32_t table_;
  std::vector<Identical> identical_;
  std::vector<Sum> sums_;
  std::vector<Unique> uniques_;
  std::vector<StatisticPlace> statistics_;
  std::vector<FieldId> others_;
  std::uint32_t others_offset_ = 0;
  std::uint32_t combinations_offset_ = 0;
  std::uint32_t lone_offset_ = 0;
  std::uint32_t key_offset_ = 0;
  bool has_lists_ = false;
  FieldId reason_field_ = 0;
  std::uint64_t seed_ = 0;
  std::string id_text_;
};

// A rule bound to the rows of the loaded rules.
struct Plan {
  // A sum of integers alone, which most are.
  struct IntegerSum {
    std::uint32_t offset;
    std::uint32_t state;
    Slot slot;
  };
  struct UniqueSource {
    std::uint32_t offset;
    Slot slot;
  };
  struct OtherSum {
    Slot slot;
    Sum sum;
  };
  struct StatisticSource {
    Slot slot;
    StatisticPlace place;
  };

  Plan(std::shared_ptr<const Rule> rule, SlotMap& slots);

  std::shared_ptr<const Rule> rule;
  std::vector<Slot> identical;
  std::vector<Slot> unique;
  // What accumulate() walks, copied from the rule so that it lies together.
  std::uint64_t seed;
  std::uint32_t unique_limit;
  std::vector<IntegerSum> integer_sums;
  std::vector<UniqueSource> lists;
  std::vector<OtherSum> other_sums;
  std::vector<StatisticSource> statistics;
  std::vector<Slot> others;  // of Rule::others
  Slot timestamp;
  bool more_than_sums = false;   // there is more to accumulate than integer_sums
  bool more_than_lists = false;  // and than lists
};

}  // namespace weir::aggregate
