#include "aggregate/statistic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aggregate/bucket.h"
#include "aggregate/number.h"
#include "aggregate/stored_value.h"
#include "aggregate/sum.h"
#include "aggregate/unique_list.h"
#include "base/text.h"
#include "event/convert.h"

namespace weir::aggregate {

namespace {

// The number that the value counts as; absent if it is none.
Value number_in(const Value& value, bool numeric_text) noexcept {
  if (value.kind == Kind::integer || value.kind == Kind::floating) return value;
  if (value.kind != Kind::text || !numeric_text) return {};
  if (const auto whole = parse_integer(value.text())) return Value::of(*whole);
  if (const auto number = parse_number(value.text())) return Value::of(*number);
  return {};
}

bool is_less(const Value& a, const Value& b) noexcept {
  return a.kind == Kind::integer && b.kind == Kind::integer ? a.integer() < b.integer()
                                                            : as_double(a) < as_double(b);
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
  const bool wants_less = place.statistic.function == Function::min;
  if (const Value so_far = extreme(bucket, place); so_far.present()) {
    if (!(wants_less ? is_less(number, so_far) : is_less(so_far, number))) return;
  }
  *bucket.at<std::uint64_t>(place.offset) = number.word;
  *bucket.at<SumState>(place.state) =
      number.kind == Kind::integer ? SumState::integer : SumState::floating;
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
  const Value number = number_in(value, place.numeric_text);
  if (!number.present()) {
    ++shortfalls.sums_skipped;
  } else if (place.statistic.function == Function::avg) {
    add_to_mean(*bucket.at<Mean>(place.offset), as_double(number), shortfalls);
  } else {
    add_extreme(bucket, place, number);
  }
}

Value result(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
             Bump& memory) {
  switch (place.statistic.function) {
    case Function::min:
    case Function::max:
      return extreme(bucket, place);
    case Function::avg: {
      const auto& mean = *bucket.at<Mean>(place.offset);
      if (mean.count == 0) return {};
      return Value::of(mean.sum / static_cast<double>(mean.count));
    }
    case Function::first:
    case Function::last:
      return kept_value(*bucket.at<KeptValue>(place.offset), lists, memory);
    case Function::distinct: {
      const std::uint32_t count = bucket.at<DistinctSet>(place.offset)->count;
      return count == 0 ? Value{} : Value::of(std::int64_t{count});
    }
  }
  return {};
}

}  // namespace

std::size_t statistic_size(Function function) noexcept {
  switch (function) {
    case Function::min:
    case Function::max:
      return sizeof(std::uint64_t);
    case Function::avg:
      return sizeof(Mean);
    case Function::first:
    case Function::last:
      return sizeof(KeptValue);
    case Function::distinct:
      return sizeof(DistinctSet);
  }
  return 0;
}

std::size_t statistic_room(Function function, const Value& value) noexcept {
  if (function == Function::first || function == Function::last) return kept_room(value);
  return function == Function::distinct ? unique_room(value, max_distinct) : 0;
}

void add_to_statistic(Bucket& bucket, const StatisticPlace& place, const Value& value,
                      std::uint64_t seed, BlockArena& lists, Shortfalls& shortfalls) noexcept {
  switch (place.statistic.function) {
    case Function::min:
    case Function::max:
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
  const Function function = place.statistic.function;
  if (function == Function::first || function == Function::last)
    clear_kept(*bucket.at<KeptValue>(place.offset), lists);
  else if (function == Function::distinct)
    clear(*bucket.at<DistinctSet>(place.offset), lists);
}

}  // namespace weir::aggregate
