// One source of data: a feed in memory, a database or a service; what it counts and what it
// complains of.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "tracer/counters.h"
#include "tracer/feed.h"
#include "tracer/http_source.h"
#include "tracer/journal.h"
#include "tracer/settings.h"
#include "tracer/sqlite_source.h"

namespace weir::host::tracer {

struct Source {
  using Data = std::variant<std::shared_ptr<const Feed>, std::unique_ptr<SqliteSource>,
                            std::unique_ptr<HttpSource>>;

  SourceSettings settings;
  SourceCounters counters;
  Data data;

  bool in_memory() const noexcept { return data.index() == 0; }
  bool is_database() const noexcept { return data.index() == 1; }
  const Feed& feed() const noexcept { return *std::get<0>(data); }

  // Counts a look-up that failed, and tells it: the first, then one every ten seconds at most.
  void fail(std::string_view problem, const Journal& journal);

 private:
  std::chrono::steady_clock::time_point told_{};
  std::uint64_t untold_ = 0;
};

// Reads what the settings name. client: null if no source needs it. Throws Failure; bad_alloc.
Source::Data open_source(const SourceSettings& settings, const Limits& limits, HttpClient* client);

// "feed.csv: 1234 rows (csv, category Phishing, any)", and what is wrong with it but no error.
std::string description(const Source& source);
std::string shortcomings(const Source& source);  // empty: none

// 1,234
std::string grouped(std::uint64_t number);

}  // namespace weir::host::tracer
