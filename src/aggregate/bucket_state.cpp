#include "aggregate/bucket_state.h"

#include "aggregate/distinct_state.h"
#include "aggregate/fed_event.h"
#include "aggregate/key_state.h"

namespace weir::aggregate {

namespace {

enum class LoneForm : std::uint8_t { line = 0, fields = 1 };

void save_lone(const FedEvent& fed, StateWriter& out) {
  const bool fields = fed.event.fields != nullptr;
  out.number(static_cast<std::uint8_t>(fields ? LoneForm::fields : LoneForm::line));
  if (fields) return out.event(fed.event);
  out.number(fed.event.cookie);
  out.text(fed.line);
}

bool has_lone(const Bucket& bucket, const Rule& rule) noexcept {
  return rule.passes_lone() && bucket.count == 1;
}

}  // namespace

void save_bucket(const Bucket& bucket, const Rule& rule, const BlockArena& lists, StateWriter& out,
                 Bump& memory) {
  memory.reset();
  out.number(bucket.key_size);
  out.raw(bucket.key(rule));
  out.number(bucket.deadline.nanos);
  out.number(bucket.opened.nanos);
  out.number(bucket.ordinal);
  out.number(bucket.count);
  out.number(bucket.start);
  out.number(bucket.end);
  for (const Sum& sum : rule.sums()) save_sum(bucket, sum, lists, out, memory);
  for (const StatisticPlace& place : rule.statistics())
    save_statistic(bucket, place, lists, out, memory);
  for (const Rule::Unique& unique : rule.uniques())
    save_values(*bucket.at<UniqueList>(unique.offset), lists, out);
  if (rule.dedups())
    save_combinations(*bucket.at<DistinctSet>(rule.combinations_offset()), lists, out);
  if (rule.settings().other_fields != OtherFields::drop)
    save_others(bucket, rule, lists, out, memory);
  if (has_lone(bucket, rule))
    save_lone(kept_event(*bucket.at<BlockArena::Ref>(rule.lone_offset()), lists), out);
}

BucketHead BucketLoader::head() {
  BucketHead head;
  head.key = in_.raw(in_.number<std::uint32_t>());
  head.deadline.nanos = in_.number<std::int64_t>();
  head.opened.nanos = in_.number<std::int64_t>();
  head.ordinal = in_.number<std::uint64_t>();
  head.count = in_.number<std::uint32_t>();
  head.start = in_.number<std::int64_t>();
  head.end = in_.number<std::int64_t>();
  check(head);
  last_ = {head.deadline, head.ordinal};
  return head;
}

void BucketLoader::check(const BucketHead& head) const {
  std::string_view rest = head.key;
  bool good = rest.size() <= max_stored_bytes;
  for (const Rule::Identical& identical : rule_.identical())
    good = good && take_key_value(rest, field_type(identical.field, rule_.settings().schema));
  if (!good || !rest.empty()) StateReader::refuse("a key is none of the rule's identical fields");
  const bool in_time = head.deadline >= Time{rule_.settings().lifetime.nanos} &&
                       line(head) <= std::min(horizon_.line, latest) && head.opened <= latest &&
                       head.opened >= Time{-latest.nanos};
  if (!in_time || head.ordinal >= horizon_.ordinal)
    StateReader::refuse("a bucket opened when there was no event yet");
  if (Due{head.deadline, head.ordinal} < last_)
    StateReader::refuse("buckets are not in the order in which they opened");
  if (head.count == 0 || head.start > head.end)
    StateReader::refuse("a bucket has no events, or ends before it starts");
}

void BucketLoader::fill(Bucket& bucket, const ListRoom& lists) {
  memory_.reset();
  for (const Sum& sum : rule_.sums()) load_sum(bucket, sum, lists, in_, memory_);
  for (const StatisticPlace& place : rule_.statistics())
    load_statistic(bucket, place, rule_, lists, in_, memory_);
  for (const Rule::Unique& unique : rule_.uniques())
    load_values(*bucket.at<UniqueList>(unique.offset), unique.type, rule_.settings().unique_limit,
                rule_.seed(), lists, in_, memory_);
  if (rule_.dedups())
    load_combinations(*bucket.at<DistinctSet>(rule_.combinations_offset()), rule_, lists, in_);
  if (rule_.settings().other_fields != OtherFields::drop) others_.load(bucket, lists, in_, memory_);
  if (has_lone(bucket, rule_)) load_lone(bucket, lists);
}

void BucketLoader::load_lone(Bucket& bucket, const ListRoom& lists) {
  FedEvent fed;
  switch (static_cast<LoneForm>(in_.number<std::uint8_t>())) {
    case LoneForm::fields:
      fed.event = in_.event(memory_);
      if (fed.event.field_count == 0) StateReader::refuse("a lone event has no fields");
      break;
    case LoneForm::line:
      fed.event.cookie = in_.number<std::uint64_t>();
      fed.line = in_.text();
      break;
    default:
      StateReader::refuse("a lone event has a form that there is not");
  }
  *bucket.at<BlockArena::Ref>(rule_.lone_offset()) = keep(fed, lists.with(kept_size(fed)));
}

}  // namespace weir::aggregate
