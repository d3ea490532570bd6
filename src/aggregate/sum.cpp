#include "aggregate/sum.h"

#include <cmath>
#include <optional>

#include "aggregate/bucket.h"
#include "aggregate/joined_text.h"
#include "aggregate/number.h"
#include "base/text.h"

namespace weir::aggregate {

namespace {

void add_floating(double& sum, double number, Shortfalls& shortfalls) noexcept {
  sum += number;
  if (std::isfinite(sum)) return;
  sum = std::copysign(std::numeric_limits<double>::max(), sum);
  ++shortfalls.sums_saturated;
}

// A sum of whole numbers stays one until a number with a fraction comes.
void add_number(Bucket& bucket, const Sum& sum, const Value& value,
                Shortfalls& shortfalls) noexcept {
  auto& state = *bucket.at<SumState>(sum.state);
  if (value.kind == Kind::integer && state != SumState::floating) {
    state = SumState::integer;
    add_integer(*bucket.at<std::int64_t>(sum.offset), value.integer(), shortfalls);
    return;
  }
  auto& total = *bucket.at<double>(sum.offset);
  if (state != SumState::floating) {
    total = static_cast<double>(*bucket.at<std::int64_t>(sum.offset));
    state = SumState::floating;
  }
  add_floating(total, as_double(value), shortfalls);
}

// The end of int64 that a whole number lies beyond; none for a number with a fraction and for other
// text. REQUIRES: parse_integer has refused it.
std::optional<std::int64_t> beyond_integers(std::string_view text) noexcept {
  bool whole = false;
  if (!is_json_number(text, whole) || !whole) return std::nullopt;
  return text.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                               : std::numeric_limits<std::int64_t>::max();
}

// A whole number that is too large keeps the sum one: at its end.
void saturate(Bucket& bucket, const Sum& sum, std::int64_t end, Shortfalls& shortfalls) noexcept {
  if (*bucket.at<SumState>(sum.state) == SumState::floating)
    return add_number(bucket, sum, Value::of(end), shortfalls);
  *bucket.at<SumState>(sum.state) = SumState::integer;
  *bucket.at<std::int64_t>(sum.offset) = end;
  ++shortfalls.sums_saturated;
}

void add_text(Bucket& bucket, const Sum& sum, std::string_view text,
              Shortfalls& shortfalls) noexcept {
  if (const auto whole = parse_integer(text)) {
    add_number(bucket, sum, Value::of(*whole), shortfalls);
  } else if (const auto end = beyond_integers(text)) {
    saturate(bucket, sum, *end, shortfalls);
  } else if (const auto number = parse_number(text)) {
    add_number(bucket, sum, Value::of(*number), shortfalls);
  } else {
    ++shortfalls.sums_skipped;
  }
}

void join(JoinedText& joined, std::string_view text, BlockArena& lists,
          Shortfalls& shortfalls) noexcept {
  if (!append_joined(joined, text, lists)) ++shortfalls.joins_cut;
}

void add_as_fed(Bucket& bucket, const Sum& sum, const Value& value, BlockArena& lists,
                Shortfalls& shortfalls) noexcept {
  auto& state = *bucket.at<SumState>(sum.state);
  const bool number = value.kind == Kind::integer || value.kind == Kind::floating;
  if (number && state != SumState::joined) {
    add_number(bucket, sum, value, shortfalls);
  } else if (sum.kind == SumKind::as_fed_or_joined && value.kind == Kind::text &&
             (state == SumState::absent || state == SumState::joined)) {
    state = SumState::joined;
    join(*bucket.at<JoinedText>(sum.joined), value.text(), lists, shortfalls);
  } else {
    ++shortfalls.sums_skipped;
  }
}

}  // namespace

SumKind sum_kind(FieldType type, Schema schema, SumStrings strings) noexcept {
  const bool joins = strings == SumStrings::join;
  if (schema == Schema::open) return joins ? SumKind::as_fed_or_joined : SumKind::as_fed;
  if (type == FieldType::floating) return SumKind::floating;
  if (type != FieldType::text) return SumKind::integer;
  return joins ? SumKind::joined : SumKind::numeric_text;
}

std::size_t sum_room(SumKind kind, const Value& value) noexcept {
  const bool joins = kind == SumKind::joined || kind == SumKind::as_fed_or_joined;
  return joins && value.kind == Kind::text ? joined_room(value.text()) : 0;
}

void add_to_sum(Bucket& bucket, const Sum& sum, const Value& value, BlockArena& lists,
                Shortfalls& shortfalls) noexcept {
  switch (sum.kind) {
    case SumKind::integer:
    case SumKind::floating:
      return add_number(bucket, sum, value, shortfalls);
    case SumKind::numeric_text:
      return add_text(bucket, sum, value.text(), shortfalls);
    case SumKind::joined:
      return join(*bucket.at<JoinedText>(sum.offset), value.text(), lists, shortfalls);
    case SumKind::as_fed:
    case SumKind::as_fed_or_joined:
      return add_as_fed(bucket, sum, value, lists, shortfalls);
  }
}

Value sum_value(const Bucket& bucket, const Sum& sum, const BlockArena& lists, Bump& memory) {
  if (sum.kind == SumKind::joined)
    return Value::of(joined_text(*bucket.at<JoinedText>(sum.offset), lists, memory));
  const SumState state = *bucket.at<SumState>(sum.state);
  if (state == SumState::absent) return {};
  if (state == SumState::joined)
    return Value::of(joined_text(*bucket.at<JoinedText>(sum.joined), lists, memory));
  const std::int64_t whole = *bucket.at<std::int64_t>(sum.offset);
  const double number = *bucket.at<double>(sum.offset);
  if (sum.kind != SumKind::numeric_text)
    return state == SumState::integer ? Value::of(whole) : Value::of(number);
  char digits[32];
  return Value::of(memory.copy(state == SumState::integer ? format_integer(whole, digits)
                                                          : format_double(number, digits)));
}

void clear_sum(Bucket& bucket, const Sum& sum, BlockArena& lists) noexcept {
  if (sum.kind == SumKind::joined) clear_joined(*bucket.at<JoinedText>(sum.offset), lists);
  if (sum.kind == SumKind::as_fed_or_joined)
    clear_joined(*bucket.at<JoinedText>(sum.joined), lists);
}

}  // namespace weir::aggregate
