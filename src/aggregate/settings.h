// An aggregation rule as a document states it, validated, with defaults filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/moment.h"
#include "base/uuid.h"
#include "event/schema.h"
#include "filter/tree.h"

namespace weir::aggregate {

enum class SumStrings : std::uint8_t { numeric, join };
// What an event that lacks an identical field comes to: it groups with others that lack it, or the
// rule does not take it.
enum class Missing : std::uint8_t { group, pass };
// list: distinct values are kept. dedup: besides, an event whose combination of unique values was
// met in its bucket is refused by the rule.
enum class UniqueMode : std::uint8_t { list, dedup };
enum class UniqueAs : std::uint8_t { array, text };
// What the aggregated event has of the fields that no list names. Of each field by itself: first
// and last are the first and last value that came, common is kept if every base event had it and
// the same.
enum class OtherFields : std::uint8_t { drop, first, last, common };
// What becomes of a bucket of one event: an aggregated event of count 1, or the event itself.
enum class Single : std::uint8_t { aggregate, pass };

enum class Function : std::uint8_t { min, max, avg, first, last, distinct };
struct Statistic {
  FieldId field;
  Function function;
  FieldId into;  // its type fits the result: checked at load
  friend bool operator==(const Statistic&, const Statistic&) = default;
};

// Of open buckets; what they take in memory, tables and logs included. 0: no bound is stated.
struct Bounds {
  std::uint64_t max_groups = 0;
  std::uint64_t max_bytes = 0;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct Settings {
  std::string name;
  std::string tenant = "Main";
  Uuid id;  // given, or made of tenant and name
  std::string description;
  std::uint32_t threshold = 100;
  Duration lifetime{60'000'000'000};
  std::vector<FieldId> identical;
  std::vector<FieldId> unique;
  std::vector<FieldId> sum;
  std::optional<filter::Node> filter;
  std::string callback;  // name of a host filter callback, or empty
  SumStrings sum_strings = SumStrings::numeric;
  Missing missing = Missing::group;
  UniqueMode unique_mode = UniqueMode::list;
  std::uint32_t unique_limit = 1000;  // values of a list, combinations of dedup
  UniqueAs unique_as = UniqueAs::array;
  OtherFields other_fields = OtherFields::drop;
  Single single = Single::aggregate;
  bool output_reason = false;  // to S.CloseReason
  std::vector<Statistic> statistics;
  Bounds bounds;                 // this rule's own
  Schema schema = Schema::kuma;  // open: values are of the types that they were fed as
};

// UUIDv5 of the tenant and the name in Weir's own name space.
Uuid rule_id(std::string_view tenant, std::string_view name);

}  // namespace weir::aggregate
