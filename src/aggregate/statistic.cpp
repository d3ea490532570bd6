#include "aggregate/statistic.h"

#include <cmath>
#include <limits>

#include "aggregate/bucket.h"
#include "aggregate/number.h"
#include "aggregate/stored_value.h"
#include "aggregate/sum.h"
#include "aggregate/unique_list.h"
#include "event/convert.h"

namespace weir::aggregate {

namespace {

bool is_number(const Value& value) noexcept {
  return value.kind == Kind::integer || value.kind == Kind::floating;
}

// Numbers before texts; the former by value, the latter by code point. REQUIRES: either.
bool is_less(const Value& a, const Value& b) noexcept {
  if (is_number(a) != is_number(b)) return is_number(a);
  if (!is_number(a)) return a.text() < b.text();
  return a.kind == Kind::integer && b.kind == Kind::integer ? a.integer() < b.integer()
                                                            : as_double(a) < as_double(b);
}

bool is_beyond(Function function, const Value& value, const Value& so_far) noexcept {
  if (!so_far.present()) return true;
  return function == Function::min ? is_less(value, so_far) : is_less(so_far, value);
}

Value extreme(const Bucket& bucket, const StatisticPlace& place) noexcept {
  const std::uint64_t word = *bucket.at<std::uint64_t>(place.offset);
  switch (*bucket.at<SumState>(place.state)) {
    case SumState::integer:
      return {word, 0, Kind::integer};
    case SumState::floating:
      return {word, 0, Kind::floating};
    default:
      return {};
  }
}

void add_extreme(Bucket& bucket, const StatisticPlace& place, const Value& number) noexcept {
  if (!is_beyond(place.statistic.function, number, extreme(bucket, place))) return;
  *bucket.at<std::uint64_t>(place.offset) = number.word;
  *bucket.at<SumState>(place.state) =
      number.kind == Kind::integer ? SumState::integer : SumState::floating;
}

void keep_extreme(KeptValue& kept, Function function, const Value& value, BlockArena& lists,
                  Shortfalls& shortfalls) noexcept {
  if (!is_number(value) && value.kind != Kind::text)
    ++shortfalls.sums_skipped;
  else if (is_beyond(function, value, kept_scalar(kept, lists)))
    keep(kept, value, lists);
}

void add_to_mean(Mean& mean, double number, Shortfalls& shortfalls) noexcept {
  ++mean.count;
  mean.sum += number;
  if (std::isfinite(mean.sum)) return;
  mean.sum = std::copysign(std::numeric_limits<double>::max(), mean.sum);
  ++shortfalls.sums_saturated;
}

void add_number(Bucket& bucket, const StatisticPlace& place, const Value& value,
                Shortfalls& shortfalls) noexcept {
  if (!is_number(value))
    ++shortfalls.sums_skipped;
  else if (place.statistic.function == Function::avg)
    add_to_mean(*bucket.at<Mean>(place.offset), as_double(value), shortfalls);
  else
    add_extreme(bucket, place, value);
}

Value result(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
             Bump& memory) {
  if (place.keeps) return kept_value(*bucket.at<KeptValue>(place.offset), lists, memory);
  switch (place.statistic.function) {
    case Function::avg: {
      const auto& mean = *bucket.at<Mean>(place.offset);
      if (mean.count == 0) return {};
      return Value::of(mean.sum / static_cast<double>(mean.count));
    }
    case Function::distinct: {
      const std::uint32_t count = bucket.at<DistinctSet>(place.offset)->count;
      return count == 0 ? Value{} : Value::of(std::int64_t{count});
    }
    default:
      return extreme(bucket, place);
  }
}

}  // namespace

StatisticPlace place_of(const Statistic& statistic, Schema schema) {
  const bool extreme = statistic.function == Function::min || statistic.function == Function::max;
  const FieldType type = field_type(statistic.field, schema);
  const bool keeps = statistic.function == Function::first ||
                     statistic.function == Function::last ||
                     (extreme && (type == FieldType::text || type == FieldType::any));
  return {statistic, keeps, schema == Schema::kuma, 0, 0};
}

std::size_t statistic_size(const StatisticPlace& place) noexcept {
  if (place.keeps) return sizeof(KeptValue);
  switch (place.statistic.function) {
    case Function::avg:
      return sizeof(Mean);
    case Function::distinct:
      return sizeof(DistinctSet);
    default:
      return sizeof(std::uint64_t);
  }
}

std::size_t statistic_room(const StatisticPlace& place, const Value& value) noexcept {
  if (place.keeps) return kept_room(value);
  return place.statistic.function == Function::distinct ? unique_room(value, max_distinct) : 0;
}

void add_to_statistic(Bucket& bucket, const StatisticPlace& place, const Value& value,
                      std::uint64_t seed, BlockArena& lists, Shortfalls& shortfalls) noexcept {
  switch (place.statistic.function) {
    case Function::min:
    case Function::max:
      if (place.keeps)
        return keep_extreme(*bucket.at<KeptValue>(place.offset), place.statistic.function, value,
                            lists, shortfalls);
      [[fallthrough]];
    case Function::avg:
      return add_number(bucket, place, value, shortfalls);
    case Function::first:
      if (bucket.at<KeptValue>(place.offset)->kind != Kind::absent) return;
      [[fallthrough]];
    case Function::last:
      return keep(*bucket.at<KeptValue>(place.offset), value, lists);
    case Function::distinct:
      shortfalls.uniques_cut +=
          add_unique(*bucket.at<DistinctSet>(place.offset), value, max_distinct, seed, lists);
  }
}

Value statistic_value(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
                      Bump& memory) {
  Value value = result(bucket, place, lists, memory);
  if (!place.converts) return value;
  return convert(value, field_type(place.statistic.into), memory) ? value : Value{};
}

void clear_statistic(Bucket& bucket, const StatisticPlace& place, BlockArena& lists) noexcept {
  if (place.keeps)
    clear_kept(*bucket.at<KeptValue>(place.offset), lists);
  else if (place.statistic.function == Function::distinct)
    clear(*bucket.at<DistinctSet>(place.offset), lists);
}

}  // namespace weir::aggregate
