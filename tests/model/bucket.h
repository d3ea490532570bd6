// The open accumulation of one group, with everything that it was given: sums, lists and statistics
// are worked out of plain containers.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rule.h"
#include "value.h"

namespace model {

class Bucket {
 public:
  Bucket(const Rule& rule, bool open, std::vector<std::optional<Value>> key)
      : rule_(&rule),
        open_(open),
        key_(std::move(key)),
        sums_(rule.sums.size()),
        lists_(rule.unique.size()),
        statistics_(rule.statistics.size()) {}

  // `unique_mode: dedup` will not have it: the combination was met, or there is no room for more.
  bool refuses(const Row& row) const;
  // time in ms.
  void add(const Fields& fed, const Row& row, std::int64_t time);

  const Rule& rule() const { return *rule_; }
  std::uint32_t count() const { return count_; }
  const Fields& first_event() const { return first_event_; }
  std::uint64_t uniques_cut() const { return uniques_cut_; }

  // The aggregated event as JSON; own: the members that Weir writes, of which id and timestamp are
  // given.
  std::string event(const std::string& id, const std::string& reason, std::int64_t timestamp) const;

  // When and where it opened. Set by the engine.
  std::int64_t deadline = 0, opened = 0;
  std::uint64_t ordinal = 0;

 private:
  using Combination = std::vector<std::optional<Value>>;
  Combination combination(const Row& row) const;
  bool is_other(const std::string& field) const;
  void add_to_sum(std::optional<Value>& sum, const std::string& field, const Value& value);
  void add_to_list(std::vector<Value>& list, const Value& value);
  void add_others(const Row& row);

  const Rule* rule_;
  bool open_;
  std::vector<std::optional<Value>> key_;
  std::uint32_t count_ = 0;
  std::int64_t start_ = INT64_MAX, end_ = INT64_MIN;
  std::vector<std::optional<Value>> sums_;
  std::vector<std::vector<Value>> lists_;
  std::vector<std::vector<Value>> statistics_;  // every value that came
  std::set<Combination> met_;
  Row others_;
  Fields first_event_;
  std::uint64_t uniques_cut_ = 0;
};

}  // namespace model
