#include "aggregate/rule.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "aggregate/bucket.h"
#include "aggregate/joined_text.h"
#include "aggregate/other_fields.h"
#include "aggregate/unique_list.h"
#include "base/secret.h"
#include "event/standard_fields.h"

namespace weir::aggregate {

namespace {

// Hands out places in a bucket, behind its header.
class Places {
 public:
  std::uint32_t take(std::size_t size, std::size_t alignment) noexcept {
    next_ = (next_ + alignment - 1) / alignment * alignment;
    const std::size_t place = next_;
    next_ += size;
    return static_cast<std::uint32_t>(place);
  }
  std::uint32_t end() const noexcept { return static_cast<std::uint32_t>(next_); }

 private:
  std::size_t next_ = sizeof(Bucket);
};

}  // namespace

Rule::Rule(Settings settings, std::uint32_t table)
    : settings_(std::move(settings)), table_(table), id_text_(to_string(settings_.id)) {
  for (const FieldId field : settings_.identical)
    identical_.push_back({field, field_type(field, settings_.schema) == FieldType::floating});
  if (settings_.output_reason) reason_field_ = field_id("S.CloseReason");
  if (settings_.other_fields != OtherFields::drop) find_others();
  lay_out();
  // Nobody can prepare keys that collide, and two rules do not share their slow ones.
  seed_ =
      XXH3_64bits_withSeed(settings_.id.bytes.data(), settings_.id.bytes.size(), process_secret());
}

// What is aligned to 8 bytes first, then to 4, then the states.
void Rule::lay_out() {
  const Schema schema = settings_.schema;
  Places places;
  for (const FieldId field : settings_.sum) {
    Sum sum{field, sum_kind(field_type(field), schema, settings_.sum_strings), 0, 0, 0};
    sum.offset = places.take(sum.kind == SumKind::joined ? sizeof(JoinedText) : 8, 8);
    if (sum.kind == SumKind::as_fed_or_joined) sum.joined = places.take(sizeof(JoinedText), 8);
    has_lists_ = has_lists_ || sum.kind == SumKind::joined || sum.joined != 0;
    sums_.push_back(sum);
  }
  for (const Statistic& statistic : settings_.statistics) {
    StatisticPlace place = place_of(statistic, schema);
    place.offset = places.take(statistic_size(place), 8);
    has_lists_ = has_lists_ || place.keeps || statistic.function == Function::distinct;
    statistics_.push_back(place);
  }
  for (const FieldId field : settings_.unique)
    uniques_.push_back({field, field_type(field, schema), places.take(sizeof(UniqueList), 4)});
  if (settings_.unique_mode == UniqueMode::dedup && !uniques_.empty())
    combinations_offset_ = places.take(sizeof(DistinctSet), 4);
  if (!others_.empty()) others_offset_ = places.take(sizeof(OtherValues), 4);
  if (passes_lone()) lone_offset_ = places.take(sizeof(BlockArena::Ref), 4);
  has_lists_ = has_lists_ || !uniques_.empty() || !others_.empty();
  for (Sum& sum : sums_)
    if (sum.kind != SumKind::joined) sum.state = places.take(1, 1);
  for (StatisticPlace& place : statistics_)
    if (!place.keeps) place.state = places.take(1, 1);
  key_offset_ = places.end();
}

void Rule::find_others() {
  std::vector<bool> taken(field_count());
  const auto exclude = [&](FieldId field) { taken[field] = true; };
  for (const auto* fields : {&settings_.identical, &settings_.unique, &settings_.sum})
    for (const FieldId field : *fields) exclude(field);
  for (const Statistic& statistic : settings_.statistics) exclude(statistic.into);
  for (const FieldId field :
       {fields::ID, fields::Type, fields::Timestamp, fields::StartTime, fields::EndTime,
        fields::BaseEventCount, fields::AggregationRuleID, fields::AggregationRuleName,
        fields::TenantName, fields::TI, fields::Raw, fields::Extra})
    exclude(field);
  if (settings_.output_reason) exclude(reason_field_);
  for (FieldId field = 0; field < taken.size(); ++field) {
    const bool in_schema = settings_.schema == Schema::open || field_type(field) != FieldType::any;
    if (!taken[field] && in_schema && !is_extra(field)) others_.push_back(field);
  }
}

Plan::Plan(std::shared_ptr<const Rule> bound, SlotMap& slots)
    : rule(std::move(bound)),
      seed(rule->seed()),
      unique_limit(rule->settings().unique_limit),
      timestamp(slots.want(fields::Timestamp)) {
  for (const FieldId field : rule->settings().identical) identical.push_back(slots.want(field));
  for (const Rule::Unique& list : rule->uniques()) {
    unique.push_back(slots.want(list.field));
    lists.push_back({list.offset, unique.back()});
  }
  for (const Sum& sum : rule->sums()) {
    const Slot slot = slots.want(sum.field);
    if (sum.kind == SumKind::integer)
      integer_sums.push_back({sum.offset, sum.state, slot});
    else
      other_sums.push_back({slot, sum});
  }
  for (const StatisticPlace& place : rule->statistics())
    statistics.push_back({slots.want(place.statistic.field), place});
  for (const FieldId field : rule->others()) others.push_back(slots.want(field));
  more_than_lists = rule->dedups() || !other_sums.empty() || !statistics.empty() || !others.empty();
  more_than_sums = more_than_lists || !lists.empty();
}

}  // namespace weir::aggregate
