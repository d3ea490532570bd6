// Rows of a lookup from text: CSV, TSV and JSON lines, as KUMA imports them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/table.h"

namespace weir::lookup {

// The numbers are those of WEIR_CSV … in weir.h.
enum class Format : std::uint8_t { csv = 1, tsv = 2, json_lines = 3 };

// By the end of a file's name: .csv, .tsv, .jsonl, .ndjson, .json.
std::optional<Format> format_of(std::string_view path) noexcept;

// Of a text's rows, beside as many as it has bytes: 64 MiB of them.
inline constexpr std::size_t most_absent_values = std::size_t{1} << 22;

// What a declaration leaves open is filled in by the text: without columns, those of its first line
// (CSV and TSV) or of its first objects (JSON lines).
struct Columns {
  std::vector<Column> keys;     // empty: the first column of the text
  std::vector<Column> columns;  // empty: all others of the text
};

// A table of the text's rows; of two with the same key the later one counts. Throws Failure
// (invalid_document) with line and column of the text: what is wrong, and what to do; limit
// without, if columns are mostly absent. `clock`: when the entries come. Throws bad_alloc.
Table read_table(Kind kind, Columns columns, Duration ttl, Format format, std::string_view text,
                 const Clock& clock);

// Adds the text's rows to a table, of its shape. All or none: throws Failure or bad_alloc, then
// nothing has changed.
void update(Table& table, Format format, std::string_view text, const Clock& clock);

// Erases the entries whose keys the text has: rows with the key columns alone, or with all of them,
// which then do not matter. Likewise all or none. Returns how many there were.
std::size_t erase(Table& table, Format format, std::string_view text);

}  // namespace weir::lookup
