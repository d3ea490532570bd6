// A document as the model takes it: aggregation rules with every option, and what stands above
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "value.h"

namespace model {

// One comparison with a text field; it is false of an absent one.
struct Filter {
  std::string field;
  std::string text;
  bool negated = false;
};

struct Statistic {
  std::string field, function, into;
};

struct Rule {
  std::string name;
  std::string id;  // UUID
  std::uint32_t threshold = 100;
  std::int64_t lifetime = 60'000'000'000;  // ns
  std::vector<std::string> identical, unique, sums;
  std::optional<Filter> filter;
  bool join = false;          // sum_strings: join
  bool pass_missing = false;  // missing: pass
  bool dedup = false;         // unique_mode: dedup
  std::uint32_t unique_limit = 1000;
  bool unique_as_text = false;
  std::string other_fields = "drop";
  bool pass_single = false;  // single: pass
  bool output_reason = false;
  std::vector<Statistic> statistics;
  std::uint64_t max_groups = 0;  // 0: no bound of its own
};

struct Document {
  std::vector<Rule> rules;
  bool open = false;       // schema: open
  bool match_all = false;  // match: all
  std::optional<Filter> filter;
  bool drop = false;  // polarity: drop
  std::uint64_t max_groups = 0;
  // event_time, in ns
  std::optional<std::int64_t> allowed_lateness;
  std::string late_events = "next";
  std::optional<std::int64_t> max_future_skew;
};

// The document as YAML. Options that have their default are left out.
std::string yaml(const Document& document);

}  // namespace model
