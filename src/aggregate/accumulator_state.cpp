#include "aggregate/accumulator_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aggregate/distinct_state.h"
#include "aggregate/joined_text.h"
#include "aggregate/key_state.h"
#include "aggregate/stored_value.h"
#include "event/convert.h"

namespace weir::aggregate {

namespace {

bool is_finite_number(const Value& value) noexcept {
  return value.kind == Kind::integer ||
         (value.kind == Kind::floating && std::isfinite(value.floating()));
}

// As it stands at the offset of a sum, of min or of max.
Value number_in(const Bucket& bucket, std::uint32_t offset, std::uint32_t state) noexcept {
  const std::uint64_t word = *bucket.at<std::uint64_t>(offset);
  switch (*bucket.at<SumState>(state)) {
    case SumState::integer:
      return {word, 0, Kind::integer};
    case SumState::floating:
      return {word, 0, Kind::floating};
    default:
      return {};
  }
}

void put_number(Bucket& bucket, std::uint32_t offset, std::uint32_t state, const Value& number) {
  *bucket.at<std::uint64_t>(offset) = number.word;
  *bucket.at<SumState>(state) =
      number.kind == Kind::integer ? SumState::integer : SumState::floating;
}

bool joins(SumKind kind) noexcept {
  return kind == SumKind::joined || kind == SumKind::as_fed_or_joined;
}

// No text is one that was too long to be joined to nothing.
Value joined_value(const JoinedText& joined, const BlockArena& lists, Bump& memory) {
  const std::string_view text = joined_text(joined, lists, memory);
  return {Value::address(text.data()), joined.size, Kind::text};
}

void load_joined(Bucket& bucket, const Sum& sum, std::string_view text, const ListRoom& lists) {
  auto& joined = *bucket.at<JoinedText>(sum.kind == SumKind::joined ? sum.offset : sum.joined);
  if (text.size() > max_joined_bytes) StateReader::refuse("a joined text is too long");
  append_joined(joined, text, lists.with(joined_room(text)));
  if (sum.kind != SumKind::joined) *bucket.at<SumState>(sum.state) = SumState::joined;
}

bool may_keep(const Value& value, FieldType type) noexcept {
  return fits(value.kind, type) && !is_absent(value) && is_finite(value) &&
         stored_size(value) <= max_stored_bytes;
}

void load_kept(KeptValue& kept, const StatisticPlace& place, FieldType type, const ListRoom& lists,
               const Value& value) {
  const bool ordered = place.statistic.function == Function::first ||
                       place.statistic.function == Function::last || value.kind == Kind::integer ||
                       value.kind == Kind::floating || value.kind == Kind::text;
  if (!ordered || !may_keep(value, type))
    StateReader::refuse("a statistic has a value that its field cannot have");
  keep(kept, value, lists.with(kept_room(value)));
}

void load_mean(Bucket& bucket, const StatisticPlace& place, StateReader& in) {
  Mean mean;
  mean.sum = in.number<double>();
  mean.count = in.number<std::uint64_t>();
  const bool empty = mean.count == 0;
  if (!std::isfinite(mean.sum) || mean.count > bucket.count || (empty && mean.sum != 0))
    StateReader::refuse("a mean is of more values than there were, or of none");
  *bucket.at<Mean>(place.offset) = mean;
}

}  // namespace

void save_sum(const Bucket& bucket, const Sum& sum, const BlockArena& lists, StateWriter& out,
              Bump& memory) {
  if (sum.kind == SumKind::joined) {
    const auto& joined = *bucket.at<JoinedText>(sum.offset);
    out.value(joined.size == 0 ? Value{} : joined_value(joined, lists, memory));
  } else if (*bucket.at<SumState>(sum.state) == SumState::joined) {
    out.value(joined_value(*bucket.at<JoinedText>(sum.joined), lists, memory));
  } else {
    out.value(number_in(bucket, sum.offset, sum.state));
  }
}

void load_sum(Bucket& bucket, const Sum& sum, const ListRoom& lists, StateReader& in,
              Bump& memory) {
  const Value value = in.value(memory);
  if (!value.present()) return;
  const bool wrong_number =
      sum.kind == SumKind::joined || (sum.kind == SumKind::integer && value.kind != Kind::integer);
  if (value.kind == Kind::text && joins(sum.kind))
    load_joined(bucket, sum, value.text(), lists);
  else if (is_finite_number(value) && !wrong_number)
    put_number(bucket, sum.offset, sum.state, value);
  else
    StateReader::refuse("a sum has a value that it cannot have");
}

void save_statistic(const Bucket& bucket, const StatisticPlace& place, const BlockArena& lists,
                    StateWriter& out, Bump& memory) {
  if (place.keeps) return out.value(kept_value(*bucket.at<KeptValue>(place.offset), lists, memory));
  switch (place.statistic.function) {
    case Function::avg: {
      const auto& mean = *bucket.at<Mean>(place.offset);
      out.number(mean.sum);
      out.number(mean.count);
      return;
    }
    case Function::distinct:
      return save_values(*bucket.at<DistinctSet>(place.offset), lists, out);
    default:
      out.value(number_in(bucket, place.offset, place.state));
  }
}

void load_statistic(Bucket& bucket, const StatisticPlace& place, const Rule& rule,
                    const ListRoom& lists, StateReader& in, Bump& memory) {
  const FieldType type = field_type(place.statistic.field, rule.settings().schema);
  if (!place.keeps && place.statistic.function == Function::avg)
    return load_mean(bucket, place, in);
  if (place.statistic.function == Function::distinct)
    return load_values(*bucket.at<DistinctSet>(place.offset), type, max_distinct, rule.seed(),
                       lists, in, memory);
  const Value value = in.value(memory);
  if (!value.present()) return;
  if (place.keeps) return load_kept(*bucket.at<KeptValue>(place.offset), place, type, lists, value);
  if (!is_finite_number(value) || !fits(value.kind, type))
    StateReader::refuse("a statistic has a value that its field cannot have");
  put_number(bucket, place.offset, place.state, value);
}

void save_others(const Bucket& bucket, const Rule& rule, const BlockArena& lists, StateWriter& out,
                 Bump& memory) {
  std::span<const OtherValue> others;
  if (!rule.others().empty())
    others = other_values(*bucket.at<OtherValues>(rule.others_offset()), lists, memory);
  out.number(static_cast<std::uint32_t>(others.size()));
  for (const OtherValue& other : others) {
    out.field(rule.others()[other.index]);
    out.value(other.value);
  }
}

OthersLoader::OthersLoader(const Rule& rule)
    : rule_(rule), slots_(rule.others().size()), row_(rule.others().size()) {
  std::iota(slots_.begin(), slots_.end(), Slot{0});
}

void OthersLoader::add(Bucket& bucket, const ListRoom& lists) {
  auto& values = *bucket.at<OtherValues>(rule_.others_offset());
  add_others(values, rule_.settings().other_fields, true, slots_, row_.data(),
             lists.with(other_room(slots_, row_.data())));
  std::fill(row_.begin(), row_.end(), Value{});
}

void OthersLoader::load(Bucket& bucket, const ListRoom& lists, StateReader& in, Bump& memory) {
  const std::vector<FieldId>& fields = rule_.others();
  const auto count = in.number<std::uint32_t>();
  std::fill(row_.begin(), row_.end(), Value{});
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const FieldId field = in.field();
    const Value value = in.value(memory);
    if (!may_keep(value, field_type(field, rule_.settings().schema)))
      StateReader::refuse("a field has a value that it cannot have");
    const auto found = std::lower_bound(fields.begin(), fields.end(), field);
    // This process did not know the field when the rule was made, and reads it from no event.
    if (found == fields.end() || *found != field) continue;
    Value& place = row_[static_cast<std::size_t>(found - fields.begin())];
    if (place.present()) StateReader::refuse("a bucket has a field twice");
    place = value;
    bytes += stored_size(value);
    if (bytes < max_stored_bytes) continue;
    add(bucket, lists);
    bytes = 0;
  }
  if (bytes > 0) add(bucket, lists);
}

}  // namespace weir::aggregate
