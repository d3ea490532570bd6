#include "aggregate/rule.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "aggregate/bucket.h"
#include "aggregate/joined_text.h"
#include "aggregate/unique_list.h"
#include "base/secret.h"
#include "event/convert.h"
#include "event/standard_fields.h"

namespace weir::aggregate {

namespace {

SumKind sum_kind(FieldType type, SumStrings strings) noexcept {
  if (type == FieldType::floating) return SumKind::floating;
  if (type != FieldType::text) return SumKind::integer;
  return strings == SumStrings::join ? SumKind::joined : SumKind::numeric_text;
}

}  // namespace

Rule::Rule(Settings settings, std::uint32_t table)
    : settings_(std::move(settings)), table_(table), id_text_(to_string(settings_.id)) {
  std::uint32_t offset = sizeof(Bucket);
  for (const FieldId field : settings_.sum) {
    const SumKind kind = sum_kind(field_type(field), settings_.sum_strings);
    sums_.push_back({field, kind, offset, 0});
    offset += static_cast<std::uint32_t>(kind == SumKind::joined ? sizeof(JoinedText)
                                                                 : sizeof(std::int64_t));
  }
  for (const FieldId field : settings_.unique) {
    uniques_.push_back({field, array_of(field_type(field)), offset});
    offset += sizeof(UniqueList);
  }
  lone_offset_ = offset;
  if (passes_lone()) offset += sizeof(std::uint64_t);
  for (Sum& sum : sums_)
    if (sum.kind != SumKind::joined) sum.state = offset++;
  key_offset_ = offset;
  // Nobody can prepare keys that collide, and two rules do not share their slow ones.
  seed_ =
      XXH3_64bits_withSeed(settings_.id.bytes.data(), settings_.id.bytes.size(), process_secret());
}

Plan::Plan(std::shared_ptr<const Rule> bound, SlotMap& slots)
    : rule(std::move(bound)), timestamp(slots.want(fields::Timestamp)) {
  for (const FieldId field : rule->settings().identical) identical.push_back(slots.want(field));
  for (const FieldId field : rule->settings().unique) unique.push_back(slots.want(field));
  for (const FieldId field : rule->settings().sum) sum.push_back(slots.want(field));
  has_lists = !unique.empty() || rule->settings().sum_strings == SumStrings::join;
}

}  // namespace weir::aggregate
