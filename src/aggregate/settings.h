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
};

// UUIDv5 of the tenant and the name in Weir's own name space.
Uuid rule_id(std::string_view tenant, std::string_view name);

}  // namespace weir::aggregate
