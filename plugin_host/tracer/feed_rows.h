// Where the readers of feeds put rows.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "tracer/indicator_index.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

class FeedRows {
 public:
  explicit FeedRows(Serves serves) noexcept : builder_(serves) {}

  // line: gives the number of the row's line, 0 where there is none; called for the first row that
  // is skipped alone. Throws bad_alloc.
  template <class Line>
  void take(std::string_view indicator, const Context& context, Line&& line) {
    const IndexBuilder::Added added = builder_.add(indicator, context);
    if (added == IndexBuilder::Added::yes) {
      ++taken_;
    } else if (skipped_++ == 0) {
      first_skipped_ = description(added, indicator, line());
    }
  }

  std::size_t taken() const noexcept { return taken_; }
  std::size_t skipped() const noexcept { return skipped_; }
  const std::string& first_skipped() const noexcept { return first_skipped_; }
  // REQUIRES: the last call.
  IndicatorIndex finish() { return builder_.finish(); }

 private:
  static std::string description(IndexBuilder::Added added, std::string_view indicator,
                                 std::size_t line);

  IndexBuilder builder_;
  std::size_t taken_ = 0;
  std::size_t skipped_ = 0;
  std::string first_skipped_;
};

// The number of a place's line.
inline std::size_t line_of(std::string_view text, const char* at) noexcept {
  return 1 + static_cast<std::size_t>(std::count(text.data(), at, '\n'));
}

// Each reads a text into rows. Throw weir::Failure with a position, or host::Failure; bad_alloc.
void read_csv(const SourceSettings& settings, std::string_view text, FeedRows& rows);
void read_list(std::string_view text, FeedRows& rows);

}  // namespace weir::host::tracer
