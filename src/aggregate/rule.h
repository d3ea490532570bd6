// An aggregation rule as it runs: where its accumulators lie in a bucket, and which slots of a row
// feed them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/settings.h"
#include "event/slots.h"
#include "event/value.h"

namespace weir::aggregate {

enum class SumKind : std::uint8_t { integer, floating, numeric_text, joined };

// What a numeric sum holds.
enum class SumState : std::uint8_t { absent = 0, integer = 1, floating = 2 };

// Everything about a rule that is the same for the life of its buckets. Immutable, shared.
class Rule {
 public:
  struct Sum {
    FieldId field;
    SumKind kind;
    std::uint32_t offset;  // of an int64 or double, or of a JoinedText
    std::uint32_t state;   // offset of a SumState; numeric sums only
  };
  struct Unique {
    FieldId field;
    Kind array_kind;
    std::uint32_t offset;  // of a UniqueList
  };

  // table: the number of the rule's table in each shard.
  Rule(Settings settings, std::uint32_t table);

  const Settings& settings() const noexcept { return settings_; }
  std::uint32_t table() const noexcept { return table_; }
  const std::vector<Sum>& sums() const noexcept { return sums_; }
  const std::vector<Unique>& uniques() const noexcept { return uniques_; }
  std::uint32_t key_offset() const noexcept { return key_offset_; }
  std::uint64_t seed() const noexcept { return seed_; }
  // `unique_mode: dedup`: it may refuse an event that its filter takes.
  bool dedups() const noexcept { return settings_.unique_mode == UniqueMode::dedup; }
  // `single: pass`: the first event of a bucket is kept, at lone_offset(), until a second comes.
  bool passes_lone() const noexcept { return settings_.single == Single::pass; }
  std::uint32_t lone_offset() const noexcept { return lone_offset_; }
  std::string_view id_text() const noexcept { return id_text_; }

 private:
  Settings settings_;
  std::uint32_t table_;
  std::vector<Sum> sums_;
  std::vector<Unique> uniques_;
  std::uint32_t lone_offset_ = 0;
  std::uint32_t key_offset_ = 0;
  std::uint64_t seed_ = 0;
  std::string id_text_;
};

// A rule bound to the rows of the loaded rules.
struct Plan {
  Plan(std::shared_ptr<const Rule> rule, SlotMap& slots);

  std::shared_ptr<const Rule> rule;
  std::vector<Slot> identical;
  std::vector<Slot> unique;
  std::vector<Slot> sum;
  Slot timestamp;
  bool has_lists = false;  // accumulating may take memory of the list arena
};

}  // namespace weir::aggregate
