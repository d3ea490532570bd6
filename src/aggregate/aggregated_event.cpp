#include "aggregate/aggregated_event.h"

#include <array>
#include <charconv>
#include <cstring>

#include "aggregate/key.h"
#include "aggregate/number.h"
#include "aggregate/other_fields.h"
#include "aggregate/sum.h"
#include "aggregate/unique_list.h"
#include "event/field_value.h"
#include "event/standard_fields.h"

namespace weir::aggregate {

namespace {

constexpr std::int64_t aggregated_type = 2;
constexpr std::size_t own_fields = 10;  // Type … Timestamp, S.CloseReason

class Fields {
 public:
  Fields(std::size_t room, Bump& memory)
      : first_(reinterpret_cast<weir_field*>(memory.take(room * sizeof(weir_field)))),
        next_(first_) {}
  void add(FieldId id, const Value& value) noexcept {
    if (value.present()) *next_++ = field_of(id, value);
  }
  std::span<const weir_field> all() const noexcept { return {first_, next_}; }

 private:
  weir_field* first_;
  weir_field* next_;
};

Value identical_value(const Rule::Identical& identical, const char*& key, Bump& memory) {
  const Value value = read_key(key, memory);
  return identical.floating && value.kind == Kind::integer ? Value::of(as_double(value)) : value;
}

// UUIDv5 of the rule's ID and "instance LF opening clock LF ordinal": docs/events.md.
Value event_id(const Bucket& bucket, const Rule& rule, std::string_view instance, Bump& memory) {
  constexpr std::size_t two_numbers = 2 * 21;
  char* const name = memory.take(instance.size() + two_numbers);
  char* const end = name + instance.size() + two_numbers;
  if (!instance.empty()) std::memcpy(name, instance.data(), instance.size());
  char* out = name + instance.size();
  *out++ = '\n';
  out = std::to_chars(out, end, bucket.opened.nanos).ptr;
  *out++ = '\n';
  out = std::to_chars(out, end, bucket.ordinal).ptr;
  const Uuid uuid = uuid_v5(rule.settings().id, {name, static_cast<std::size_t>(out - name)});
  char* const text = memory.take(37);
  write_uuid(uuid, text);
  text[36] = '\0';
  return Value::of(std::string_view(text, 36));
}

}  // namespace

std::string_view reason_name(Reason reason) noexcept {
  constexpr std::array<std::string_view, reasons> names{"",      "count",   "lifetime",
                                                        "flush", "evicted", "reload"};
  return names[static_cast<std::size_t>(reason)];
}

std::span<const weir_field> make_event(const Bucket& bucket, const Rule& rule, Reason reason,
                                       std::int64_t timestamp, std::string_view instance,
                                       const BlockArena& lists, Bump& memory) {
  const Settings& settings = rule.settings();
  std::span<const OtherValue> others;
  if (!rule.others().empty())
    others = other_values(*bucket.at<OtherValues>(rule.others_offset()), lists, memory);
  Fields out(rule.identical().size() + rule.uniques().size() + rule.sums().size() +
                 rule.statistics().size() + own_fields + others.size(),
             memory);
  const char* key = bucket.key(rule).data();
  for (const Rule::Identical& identical : rule.identical())
    out.add(identical.field, identical_value(identical, key, memory));
  for (const Rule::Unique& unique : rule.uniques()) {
    const auto& list = *bucket.at<UniqueList>(unique.offset);
    out.add(unique.field, settings.unique_as == UniqueAs::text
                              ? unique_text(list, lists, memory)
                              : unique_values(list, unique.type, lists, memory));
  }
  for (const Sum& sum : rule.sums()) out.add(sum.field, sum_value(bucket, sum, lists, memory));
  for (const StatisticPlace& place : rule.statistics())
    out.add(place.statistic.into, statistic_value(bucket, place, lists, memory));
  out.add(fields::Type, Value::of(aggregated_type));
  out.add(fields::ID, event_id(bucket, rule, instance, memory));
  out.add(fields::AggregationRuleID, Value::of(rule.id_text()));
  out.add(fields::AggregationRuleName, Value::of(std::string_view(settings.name)));
  out.add(fields::TenantName, Value::of(std::string_view(settings.tenant)));
  out.add(fields::BaseEventCount, Value::of(std::int64_t{bucket.count}));
  out.add(fields::StartTime, Value::of(bucket.start));
  out.add(fields::EndTime, Value::of(bucket.end));
  out.add(fields::Timestamp, Value::of(timestamp));
  if (settings.output_reason) out.add(rule.reason_field(), Value::of(reason_name(reason)));
  for (const OtherValue& other : others) out.add(rule.others()[other.index], other.value);
  return out.all();
}

}  // namespace weir::aggregate
