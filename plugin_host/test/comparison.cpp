#include "test/comparison.h"

#include <algorithm>

namespace weir::host {
namespace {

// Beyond so many pairs to choose from, events are compared one by one as they come.
constexpr std::size_t kMostChoices = 1'000'000;

Row row_of(const Member& member, const Event& got) {
  Row row{member.name, member.value, {}, false};
  const Value* value = find_member(got, member.name);
  if (value != nullptr && value->kind != ValueKind::null) row.got = *value;
  const bool absent = member.value.kind == ValueKind::null;
  row.same = absent ? !row.got : row.got && row.got->json == member.value.json;
  return row;
}

Pair pair_of(const std::vector<Event>& expected, std::size_t i, const std::vector<Event>& got,
             std::size_t j) {
  Pair pair{i, j, {}, true};
  for (const Member& member : expected[i]) {
    pair.rows.push_back(row_of(member, got[j]));
    pair.same = pair.same && pair.rows.back().same;
  }
  return pair;
}

Pair missing(const std::vector<Event>& expected, std::size_t i) {
  Pair pair{i, {}, {}, false};
  for (const Member& member : expected[i]) {
    pair.rows.push_back({member.name, member.value, {}, false});
  }
  return pair;
}

Pair unexpected(const std::vector<Event>& got, std::size_t j) {
  Pair pair{{}, j, {}, false};
  for (const Member& member : got[j]) pair.rows.push_back({member.name, {}, member.value, false});
  return pair;
}

// What it costs to put two events side by side. To leave both alone costs 4, and then they stand
// side by side too, as the reader would look at them.
unsigned cost_of(const Event& expected, const Event& got) {
  std::size_t same = 0;
  for (const Member& member : expected) same += row_of(member, got).same ? 1 : 0;
  if (same == expected.size()) return 0;
  return same > 0 ? 3 : 4;
}

// The least that it costs to align the events behind i and j, for all i and j.
class Costs {
 public:
  Costs(const std::vector<Event>& expected, const std::vector<Event>& got)
      : expected_(expected), got_(got), least_((expected.size() + 1) * (got.size() + 1)) {
    for (std::size_t i = expected.size() + 1; i-- > 0;) {
      for (std::size_t j = got.size() + 1; j-- > 0;) fill(i, j);
    }
  }

  unsigned at(std::size_t i, std::size_t j) const { return least_[i * (got_.size() + 1) + j]; }
  bool pairs(std::size_t i, std::size_t j) const {
    return i < expected_.size() && j < got_.size() &&
           at(i, j) == at(i + 1, j + 1) + cost_of(expected_[i], got_[j]);
  }
  bool leaves_expected(std::size_t i, std::size_t j) const {
    return i < expected_.size() && at(i, j) == at(i + 1, j) + kAlone;
  }

 private:
  static constexpr unsigned kAlone = 2;

  void fill(std::size_t i, std::size_t j) {
    const std::size_t left = (expected_.size() - i) + (got_.size() - j);
    unsigned least = static_cast<unsigned>(left) * kAlone;
    if (i < expected_.size()) least = std::min(least, at(i + 1, j) + kAlone);
    if (j < got_.size()) least = std::min(least, at(i, j + 1) + kAlone);
    if (i < expected_.size() && j < got_.size()) {
      least = std::min(least, at(i + 1, j + 1) + cost_of(expected_[i], got_[j]));
    }
    least_[i * (got_.size() + 1) + j] = least;
  }

  const std::vector<Event>& expected_;
  const std::vector<Event>& got_;
  std::vector<unsigned> least_;
};

}  // namespace

std::vector<Pair> compare(const std::vector<Event>& expected, const std::vector<Event>& got) {
  std::vector<Pair> pairs;
  std::size_t i = 0;
  std::size_t j = 0;
  // Most tests pass, and of a long list the end is where it differs.
  while (i < expected.size() && j < got.size()) {
    Pair pair = pair_of(expected, i, got, j);
    if (!pair.same) break;
    pairs.push_back(std::move(pair));
    ++i;
    ++j;
  }
  const bool aligned = (expected.size() - i + 1) * (got.size() - j + 1) <= kMostChoices;
  const std::vector<Event> wanted(expected.begin() + static_cast<std::ptrdiff_t>(i),
                                  expected.end());
  const std::vector<Event> came(got.begin() + static_cast<std::ptrdiff_t>(j), got.end());
  const Costs costs = aligned ? Costs(wanted, came) : Costs({}, {});
  const std::size_t first_i = i;
  const std::size_t first_j = j;
  while (i < expected.size() || j < got.size()) {
    const bool both = i < expected.size() && j < got.size();
    if (aligned ? costs.pairs(i - first_i, j - first_j) : both) {
      pairs.push_back(pair_of(expected, i++, got, j++));
    } else if (aligned ? costs.leaves_expected(i - first_i, j - first_j) : i < expected.size()) {
      pairs.push_back(missing(expected, i++));
    } else {
      pairs.push_back(unexpected(got, j++));
    }
  }
  return pairs;
}

bool all_same(const std::vector<Pair>& pairs) noexcept {
  return std::all_of(pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.same; });
}

}  // namespace weir::host
