#include "aggregate/bucket.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "aggregate/key.h"
#include "aggregate/other_fields.h"
#include "aggregate/unique_list.h"

namespace weir::aggregate {

namespace {

HashedEntry entry_of(std::string_view combination, std::uint64_t seed) noexcept {
  return {
      {Content::combination, static_cast<std::uint32_t>(combination.size()), combination.data()},
      XXH3_64bits_withSeed(combination.data(), combination.size(), seed)};
}

}  // namespace

Admission admit(const Bucket& bucket, const Plan& plan, std::string_view combination,
                const BlockArena& lists, Shortfalls& shortfalls) noexcept {
  const Rule& rule = *plan.rule;
  const auto& met = *bucket.at<DistinctSet>(rule.combinations_offset());
  if (contains(met, entry_of(combination, rule.seed()), lists)) return Admission::met;
  if (met.count < rule.settings().unique_limit) return Admission::admitted;
  ++shortfalls.uniques_cut;
  return Admission::full;
}

std::size_t more_room(const Plan& plan, const Value* row) noexcept {
  const Rule& rule = *plan.rule;
  std::size_t room = 0;
  for (const Slot slot : plan.unique)
    if (row[slot].present()) room += unique_room(row[slot], rule.settings().unique_limit);
  if (rule.dedups()) {
    std::size_t bytes = 0;
    for (const Slot slot : plan.unique) bytes += key_room(row[slot]);
    room += distinct_room(bytes);
  }
  for (const Plan::OtherSum& source : plan.other_sums)
    if (row[source.slot].present()) room += sum_room(source.sum.kind, row[source.slot]);
  for (const Plan::StatisticSource& source : plan.statistics)
    if (row[source.slot].present())
      room += statistic_room(source.place.statistic.function, row[source.slot]);
  if (!plan.others.empty()) room += other_room(plan.others, row);
  return room;
}

void prefetch_lists(const Bucket& bucket, const Plan& plan, const Value* row,
                    const BlockArena& lists) noexcept {
  const Rule& rule = *plan.rule;
  for (std::size_t i = 0; i < plan.unique.size(); ++i)
    if (const Value& value = row[plan.unique[i]]; value.present())
      prefetch_unique(*bucket.at<UniqueList>(rule.uniques()[i].offset), value, rule.seed(), lists);
}

void accumulate_more(Bucket& bucket, const Plan& plan, const Value* row,
                     std::string_view combination, BlockArena& lists,
                     Shortfalls& shortfalls) noexcept {
  const Rule& rule = *plan.rule;
  const Settings& settings = rule.settings();
  for (const Plan::OtherSum& source : plan.other_sums)
    if (const Value& value = row[source.slot]; value.present())
      add_to_sum(bucket, source.sum, value, lists, shortfalls);
  for (std::size_t i = 0; i < plan.unique.size(); ++i)
    if (const Value& value = row[plan.unique[i]]; value.present())
      shortfalls.uniques_cut += add_unique(*bucket.at<UniqueList>(rule.uniques()[i].offset), value,
                                           settings.unique_limit, rule.seed(), lists);
  if (rule.dedups())
    add(*bucket.at<DistinctSet>(rule.combinations_offset()), entry_of(combination, rule.seed()),
        settings.unique_limit, lists);
  for (const Plan::StatisticSource& source : plan.statistics)
    if (const Value& value = row[source.slot]; value.present())
      add_to_statistic(bucket, source.place, value, rule.seed(), lists, shortfalls);
  if (!plan.others.empty())
    add_others(*bucket.at<OtherValues>(rule.others_offset()), settings.other_fields,
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
