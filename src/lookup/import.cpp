#include "lookup/import.h"

#include "base/error.h"

namespace weir::lookup {

std::optional<Format> format_of(std::string_view path) noexcept {
  if (path.ends_with(".csv")) return Format::csv;
  if (path.ends_with(".tsv")) return Format::tsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson") || path.ends_with(".json"))
    return Format::json_lines;
  return std::nullopt;
}

Table read_table(Kind, Columns, Duration, Format, std::string_view, const Clock&) {
  throw Failure(Status::not_supported, "lookups are not read yet");
}

void update(Table&, Format, std::string_view, const Clock&) {
  throw Failure(Status::not_supported, "lookups are not read yet");
}

std::size_t erase(Table&, Format, std::string_view) {
  throw Failure(Status::not_supported, "lookups are not read yet");
}

}  // namespace weir::lookup
