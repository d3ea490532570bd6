#include "aggregate/bucket.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "aggregate/key.h"
#include "aggregate/other_fields.h"
#include "aggregate/unique_list.h"

namespace weir::aggregate {

HashedEntry combination_entry(std::string_view combination, std::uint64_t seed) noexcept {
  return {
      {Content::combination, static_cast<std::uint32_t>(combination.size()), combination.data()},
      XXH3_64bits_withSeed(combination.data(), combination.size(), seed)};
}

Admission admit(const Bucket& bucket, const Plan& plan, std::string_view combination,
                const BlockArena& lists, Shortfalls& shortfalls) noexcept {
  const auto& met = *bucket.at<DistinctSet>(plan.rule->combinations_offset());
  if (contains(met, combination_entry(combination, plan.seed), lists)) return Admission::met;
  if (met.count < plan.unique_limit) return Admission::admitted;
  ++shortfalls.uniques_cut;
  return Admission::full;
}

std::size_t more_room(const Plan& plan, const Value* row) noexcept {
  std::size_t room = 0;
  for (const Plan::UniqueSource& list : plan.lists)
    if (const Value& value = row[list.slot]; value.present())
      room += unique_room(value, plan.unique_limit);
  if (!plan.more_than_lists) return room;
  if (plan.rule->dedups()) {
    std::size_t bytes = 0;
    for (const Slot slot : plan.unique) bytes += key_room(row[slot]);
    room += distinct_room(bytes);
  }
  for (const Plan::OtherSum& source : plan.other_sums)
    if (const Value& value = row[source.slot]; value.present())
      room += sum_room(source.sum.kind, value);
  for (const Plan::StatisticSource& source : plan.statistics)
    if (const Value& value = row[source.slot]; value.present())
      room += statistic_room(source.place, value);
  if (!plan.others.empty()) room += other_room(plan.others, row);
  return room;
}

void prefetch_lists(const Bucket& bucket, const Plan& plan, const Value* row,
                    const BlockArena& lists) noexcept {
  for (const Plan::UniqueSource& list : plan.lists)
    if (const Value& value = row[list.slot]; value.present())
      prefetch_unique(*bucket.at<UniqueList>(list.offset), value, plan.seed, lists);
}

void accumulate_more(Bucket& bucket, const Plan& plan, const Value* row,
                     std::string_view combination, BlockArena& lists,
                     Shortfalls& shortfalls) noexcept {
  for (const Plan::UniqueSource& list : plan.lists)
    if (const Value& value = row[list.slot]; value.present())
      shortfalls.uniques_cut += add_unique(*bucket.at<UniqueList>(list.offset), value,
                                           plan.unique_limit, plan.seed, lists);
  if (!plan.more_than_lists) return;
  const Rule& rule = *plan.rule;
  for (const Plan::OtherSum& source : plan.other_sums)
    if (const Value& value = row[source.slot]; value.present())
      add_to_sum(bucket, source.sum, value, lists, shortfalls);
  if (rule.dedups())
    add(*bucket.at<DistinctSet>(rule.combinations_offset()),
        combination_entry(combination, plan.seed), plan.unique_limit, lists);
  for (const Plan::StatisticSource& source : plan.statistics)
    if (const Value& value = row[source.slot]; value.present())
      add_to_statistic(bucket, source.place, value, plan.seed, lists, shortfalls);
  if (!plan.others.empty())
    add_others(*bucket.at<OtherValues>(rule.others_offset()), rule.settings().other_fields,
               bucket.count == 1, plan.others, row, lists);
}

void clear_some(Bucket& bucket, const Rule& rule, BlockArena& lists) noexcept {
  for (const Rule::Unique& unique : rule.uniques())
    clear(*bucket.at<UniqueList>(unique.offset), lists);
  if (rule.dedups()) clear(*bucket.at<DistinctSet>(rule.combinations_offset()), lists);
  for (const Sum& sum : rule.sums()) clear_sum(bucket, sum, lists);
  for (const StatisticPlace& place : rule.statistics()) clear_statistic(bucket, place, lists);
  if (!rule.others().empty()) clear_others(*bucket.at<OtherValues>(rule.others_offset()), lists);
}

}  // namespace weir::aggregate
