#include "aggregate/aggregated_event.h"

#include <charconv>
#include <cstring>

#include "aggregate/joined_text.h"
#include "aggregate/key.h"
#include "aggregate/unique_list.h"
#include "base/text.h"
#include "event/field_value.h"
#include "event/standard_fields.h"

namespace weir::aggregate {

namespace {

constexpr std::int64_t aggregated_type = 2;
constexpr std::size_t own_fields = 9;  // Type … Timestamp

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

Value sum_value(const Bucket& bucket, const Rule::Sum& sum, const BlockArena& lists, Bump& memory) {
  if (sum.kind == SumKind::joined)
    return Value::of(joined_text(*bucket.at<JoinedText>(sum.offset), lists, memory));
  const SumState state = *bucket.at<SumState>(sum.state);
  if (state == SumState::absent) return {};
  const std::int64_t whole = *bucket.at<std::int64_t>(sum.offset);
  const double number = *bucket.at<double>(sum.offset);
  if (sum.kind != SumKind::numeric_text)
    return state == SumState::integer ? Value::of(whole) : Value::of(number);
  char digits[32];
  return Value::of(memory.copy(state == SumState::integer ? format_integer(whole, digits)
                                                          : format_double(number, digits)));
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

std::span<const weir_field> make_event(const Bucket& bucket, const Rule& rule,
                                       std::int64_t timestamp, [[maybe_unused]] Reason reason,
                                       std::string_view instance, const BlockArena& lists,
                                       Bump& memory) {
  const Settings& settings = rule.settings();
  Fields out(settings.identical.size() + rule.uniques().size() + rule.sums().size() + own_fields,
             memory);
  const char* key = bucket.key(rule).data();
  for (const FieldId field : settings.identical) out.add(field, read_key(key, memory));
  for (const Rule::Unique& unique : rule.uniques())
    out.add(unique.field,
            unique_values(*bucket.at<UniqueList>(unique.offset), unique.array_kind, lists, memory));
  for (const Rule::Sum& sum : rule.sums())
    out.add(sum.field, sum_value(bucket, sum, lists, memory));
  out.add(fields::Type, Value::of(aggregated_type));
  out.add(fields::ID, event_id(bucket, rule, instance, memory));
  out.add(fields::AggregationRuleID, Value::of(rule.id_text()));
  out.add(fields::AggregationRuleName, Value::of(std::string_view(settings.name)));
  out.add(fields::TenantName, Value::of(std::string_view(settings.tenant)));
  out.add(fields::BaseEventCount, Value::of(std::int64_t{bucket.count}));
  out.add(fields::StartTime, Value::of(bucket.start));
  out.add(fields::EndTime, Value::of(bucket.end));
  out.add(fields::Timestamp, Value::of(timestamp));
  return out.all();
}

}  // namespace weir::aggregate
