#include "tracer/sqlite_source.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "failure.h"
#include "tracer/feed.h"

namespace weir::host::tracer {
namespace {

constexpr int kBusyMilliseconds = 50;       // a writer is waited for; so is everybody else
constexpr int kInstructionsPerLook = 4000;  // some 50 microseconds between looks at the clock

[[noreturn]] void fail_database(const std::string& path, const std::string& reason) {
  throw Failure(Exit::bad_input, fmt::format("{}: {}", path, reason));
}

}  // namespace

void SqliteSource::CloseDatabase::operator()(sqlite3* database) const noexcept {
  sqlite3_close_v2(database);
}
void SqliteSource::FinishStatement::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

SqliteSource::SqliteSource(const SourceSettings& settings)
    : path_(settings.place),
      category_(settings.category.empty() ? stem_of(settings.place) : settings.category) {
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(path_.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  if (status != SQLITE_OK)
    fail_database(path_, fmt::format("cannot open it: {}", sqlite3_errstr(status)));
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
  // Reads the file's header, which opening alone does not.
  if (sqlite3_step(prepare("PRAGMA schema_version").get()) != SQLITE_ROW) {
    fail_database(path_, fmt::format("cannot read it: {}", sqlite3_errmsg(opened)));
  }
  statement_ = prepare(settings.query);
  sqlite3_stmt* const query = statement_.get();
  if (sqlite3_stmt_readonly(query) == 0 || sqlite3_column_count(query) == 0) {
    fail_database(path_, "the query does not read; write a SELECT");
  }
  if (sqlite3_bind_parameter_count(query) != 1) {
    fail_database(path_,
                  fmt::format("the query has {} parameters; write one, ?1 or :value, where the "
                              "indicator belongs",
                              sqlite3_bind_parameter_count(query)));
  }
  for (int i = 0; i < sqlite3_column_count(query); ++i) {
    std::string& name = columns_.emplace_back(sqlite3_column_name(query, i));
    std::replace(name.begin(), name.end(), '=', '_');
  }
  scans_ = plan_scans(settings.query);
  sqlite3_progress_handler(opened, kInstructionsPerLook, past_deadline, this);
}

SqliteSource::Statement SqliteSource::prepare(const std::string& sql) const {
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const int status =
      sqlite3_prepare_v3(database_.get(), sql.c_str(), static_cast<int>(sql.size() + 1),
                         SQLITE_PREPARE_PERSISTENT, &made, &rest);
  Statement statement(made);
  if (status != SQLITE_OK) {
    fail_database(path_,
                  fmt::format("the query cannot be used: {}", sqlite3_errmsg(database_.get())));
  }
  if (made == nullptr) fail_database(path_, "the query is empty; write a SELECT");
  if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    fail_database(path_, fmt::format("something follows the query: '{}'; write one SELECT", rest));
  }
  return statement;
}

// By https://www.sqlite.org/eqp.html: the fourth column says SCAN where no index helps.
bool SqliteSource::plan_scans(const std::string& query) const {
  const Statement plan = prepare("EXPLAIN QUERY PLAN " + query);
  while (sqlite3_step(plan.get()) == SQLITE_ROW) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(plan.get(), 3));
    const std::string_view detail = text == nullptr ? "" : text;
    if (detail.starts_with("SCAN ") && detail != "SCAN CONSTANT ROW" &&
        detail.find("VIRTUAL TABLE") == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

int SqliteSource::past_deadline(void* source) noexcept {
  return Clock::now() > static_cast<SqliteSource*>(source)->deadline_ ? 1 : 0;
}

SqliteSource::Found SqliteSource::find(std::string_view indicator, Clock::time_point deadline,
                                       std::string& out) {
  sqlite3_stmt* const query = statement_.get();
  deadline_ = deadline;
  sqlite3_bind_text(query, 1, indicator.data(), static_cast<int>(indicator.size()), SQLITE_STATIC);
  const std::size_t before = out.size();
  int status = SQLITE_DONE;
  for (std::size_t rows = 0; rows < kMostRows; ++rows) {
    status = sqlite3_step(query);
    if (status != SQLITE_ROW) break;
    append_row(indicator, out);
  }
  if (status != SQLITE_DONE && status != SQLITE_ROW) {
    problem_ = status == SQLITE_INTERRUPT ? "the query took too long (--timeout), so it was ended"
                                          : std::string(sqlite3_errmsg(database_.get()));
    out.resize(before);
  }
  sqlite3_reset(query);
  sqlite3_clear_bindings(query);
  if (status != SQLITE_DONE && status != SQLITE_ROW) return Found::failed;
  return out.size() == before ? Found::no : Found::yes;
}

void SqliteSource::append_row(std::string_view indicator, std::string& out) {
  sqlite3_stmt* const query = statement_.get();
  detection_.category = category_;
  detection_.indicator = indicator;
  detection_.context.clear();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto* const text =
        reinterpret_cast<const char*>(sqlite3_column_text(query, static_cast<int>(i)));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(query, static_cast<int>(i)));
    if (text != nullptr && size != 0) {
      detection_.context.emplace_back(columns_[i], std::string_view(text, size));
    }
  }
  lookup::cybertrace::write_detection(out, detection_);
}

}  // namespace weir::host::tracer
