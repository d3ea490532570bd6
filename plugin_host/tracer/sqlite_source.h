// A database that is asked with one query: its parameter is the indicator, its columns are the
// context. Read only. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/cybertrace_wire.h"
#include "tracer/settings.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weir::host::tracer {

class SqliteSource {
 public:
  using Clock = std::chrono::steady_clock;

  // Opens the file and prepares the query. Throws Failure(bad_input).
  explicit SqliteSource(const SourceSettings& settings);

  enum class Found : std::uint8_t { no, yes, failed };
  // Appends a detection a row, at most kMostRows. A query that still runs at the deadline is ended.
  // Throws bad_alloc.
  Found find(std::string_view indicator, Clock::time_point deadline, std::string& out);
  // Of the last find() that failed.
  const std::string& problem() const noexcept { return problem_; }
  // Whether each look-up reads a whole table, which is slow, and holds up all others.
  bool scans() const noexcept { return scans_; }

  static constexpr std::size_t kMostRows = 1000;

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const noexcept;
  };
  struct FinishStatement {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

  Statement prepare(const std::string& sql) const;
  bool plan_scans(const std::string& query) const;
  void append_row(std::string_view indicator, std::string& out);
  static int past_deadline(void* source) noexcept;

  const std::string path_;
  const std::string category_;
  Clock::time_point deadline_;
  std::unique_ptr<sqlite3, CloseDatabase> database_;
  Statement statement_;
  std::vector<std::string> columns_;
  lookup::cybertrace::Detection detection_;
  std::string problem_;
  bool scans_ = false;
};

}  // namespace weir::host::tracer
