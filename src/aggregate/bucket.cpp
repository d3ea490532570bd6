#include "aggregate/bucket.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "aggregate/joined_text.h"
#include "aggregate/unique_list.h"
#include "base/text.h"

namespace weir::aggregate {

namespace {

constexpr std::uint32_t unique_limit = 1000;

void add_integer(std::int64_t& sum, std::int64_t number, Shortfalls& shortfalls) noexcept {
  if (!__builtin_add_overflow(sum, number, &sum)) return;
  sum = number > 0 ? std::numeric_limits<std::int64_t>::max()
                   : std::numeric_limits<std::int64_t>::min();
  ++shortfalls.sums_saturated;
}

void add_floating(double& sum, double number, Shortfalls& shortfalls) noexcept {
  sum += number;
  if (std::isfinite(sum)) return;
  sum = std::copysign(std::numeric_limits<double>::max(), sum);
  ++shortfalls.sums_saturated;
}

// A sum of whole numbers stays one until a number with a fraction comes.
void add_number(Bucket& bucket, const Rule::Sum& sum, const Value& value,
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
  const double number =
      value.kind == Kind::integer ? static_cast<double>(value.integer()) : value.floating();
  add_floating(total, number, shortfalls);
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
void saturate(Bucket& bucket, const Rule::Sum& sum, std::int64_t end,
              Shortfalls& shortfalls) noexcept {
  if (*bucket.at<SumState>(sum.state) == SumState::floating)
    return add_number(bucket, sum, Value::of(end), shortfalls);
  *bucket.at<SumState>(sum.state) = SumState::integer;
  *bucket.at<std::int64_t>(sum.offset) = end;
  ++shortfalls.sums_saturated;
}

void add_text(Bucket& bucket, const Rule::Sum& sum, std::string_view text,
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

}  // namespace

std::size_t list_room(const Plan& plan, const Value* row) noexcept {
  std::size_t room = 0;
  for (const Slot slot : plan.unique)
    if (row[slot].present()) room += unique_room(row[slot]);
  if (plan.rule->settings().sum_strings == SumStrings::join)
    for (std::size_t i = 0; i < plan.sum.size(); ++i)
      if (plan.rule->sums()[i].kind == SumKind::joined && row[plan.sum[i]].present())
        room += joined_room(row[plan.sum[i]].text());
  return room;
}

void accumulate(Bucket& bucket, const Plan& plan, const Value* row, std::int64_t time,
                BlockArena& lists, Shortfalls& shortfalls) noexcept {
  ++bucket.count;
  bucket.start = std::min(bucket.start, time);
  bucket.end = std::max(bucket.end, time);
  const Rule& rule = *plan.rule;
  for (std::size_t i = 0; i < plan.sum.size(); ++i) {
    const Value& value = row[plan.sum[i]];
    if (!value.present()) continue;
    const Rule::Sum& sum = rule.sums()[i];
    switch (sum.kind) {
      case SumKind::integer:
      case SumKind::floating:
        add_number(bucket, sum, value, shortfalls);
        break;
      case SumKind::numeric_text:
        add_text(bucket, sum, value.text(), shortfalls);
        break;
      case SumKind::joined:
        if (!append_joined(*bucket.at<JoinedText>(sum.offset), value.text(), lists))
          ++shortfalls.joins_cut;
    }
  }
  for (std::size_t i = 0; i < plan.unique.size(); ++i) {
    const Value& value = row[plan.unique[i]];
    if (!value.present()) continue;
    auto& list = *bucket.at<UniqueList>(rule.uniques()[i].offset);
    if (add_unique(list, value, unique_limit, lists) == Added::full) ++shortfalls.uniques_cut;
  }
}

bool admits(const Bucket&, const Plan&, const Value*, const BlockArena&, Shortfalls&) noexcept {
  return true;
}

void clear_lists(Bucket& bucket, const Rule& rule, BlockArena& lists) noexcept {
  for (const Rule::Unique& unique : rule.uniques())
    clear_unique(*bucket.at<UniqueList>(unique.offset), lists);
  for (const Rule::Sum& sum : rule.sums())
    if (sum.kind == SumKind::joined) clear_joined(*bucket.at<JoinedText>(sum.offset), lists);
}

}  // namespace weir::aggregate
