// What was expected beside what came.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "test/event.h"

namespace weir::host {

// One field. Expected null means that it must be absent.
struct Row {
  std::string field;
  std::optional<Value> expected;
  std::optional<Value> got;
  bool same = false;
};

// An expected event and the one that came in its place; either may be missing.
struct Pair {
  std::optional<std::size_t> expected;  // which, from 0
  std::optional<std::size_t> got;
  std::vector<Row> rows;  // of both: the expected fields; of one alone: all that it has
  bool same = false;
};

// Puts events side by side, in order, so that as many as possible are the same. An expected event
// needs to name some fields only.
std::vector<Pair> compare(const std::vector<Event>& expected, const std::vector<Event>& got);

bool all_same(const std::vector<Pair>& pairs) noexcept;

}  // namespace weir::host
