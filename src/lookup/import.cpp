#include "lookup/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "lookup/row_reader.h"

namespace weir::lookup {

namespace {

bool has_fixed_shape(Kind kind) noexcept {
  return kind == Kind::dictionary || kind == Kind::assets || kind == Kind::directory;
}

// What the declaration says, and what it leaves open as the text has it.
Shape shape_of(Kind kind, Columns columns, Duration ttl, Format format, std::string_view text) {
  if (has_fixed_shape(kind)) return fixed_shape(kind);
  Shape shape{kind, std::move(columns.keys), std::move(columns.columns), ttl};
  if (shape.keys.empty()) shape.keys.emplace_back();
  if (!shape.columns.empty()) return shape;
  const std::vector<ColumnName> names = RecordReader(format, kind, text).read_names();
  for (const ColumnName& column : names) {
    const bool is_key = std::any_of(shape.keys.begin(), shape.keys.end(), [&](const Column& key) {
      return key.name.empty() ? &column == &names[0] : key.name == column.name;
    });
    if (!is_key) shape.columns.push_back({column.name});
  }
  return shape;
}

// Each column takes 16 bytes of a row, whether it has a value or not. JSON may leave members out,
// so that a few megabytes of rows could come to gigabytes; CSV has a byte for each.
void put_rows(Table& table, Format format, std::string_view text, const Clock& clock) {
  const std::size_t most_values = text.size() + most_absent_values;
  RowReader(table.shape(), RowReader::Use::put, format, text)
      .each([&](std::string_view key, std::span<const Value> values) {
        table.put(key, values, clock);
        if (table.size() * values.size() > most_values)
          throw Failure(Status::limit,
                        fmt::format("nearly all values of the {} columns are absent; declare those "
                                    "that filters name under 'columns', and leave the others out",
                                    values.size()));
      });
}

}  // namespace

std::optional<Format> format_of(std::string_view path) noexcept {
  if (path.ends_with(".csv")) return Format::csv;
  if (path.ends_with(".tsv")) return Format::tsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson") || path.ends_with(".json"))
    return Format::json_lines;
  return std::nullopt;
}

Table read_table(Kind kind, Columns columns, Duration ttl, Format format, std::string_view text,
                 const Clock& clock) {
  check_text(text);
  Table table(shape_of(kind, std::move(columns), ttl, format, text));
  put_rows(table, format, text, clock);
  return table;
}

void update(Table& table, Format format, std::string_view text, const Clock& clock) {
  check_text(text);
  Table rows(table.shape());
  put_rows(rows, format, text, clock);
  table.absorb(std::move(rows), clock);
}

std::size_t erase(Table& table, Format format, std::string_view text) {
  check_text(text);
  std::vector<std::string> keys;
  RowReader(table.shape(), RowReader::Use::erase, format, text)
      .each([&](std::string_view key, std::span<const Value>) { keys.emplace_back(key); });
  std::size_t erased = 0;
  for (const std::string& key : keys) erased += table.erase(key) ? 1 : 0;
  return erased;
}

}  // namespace weir::lookup
