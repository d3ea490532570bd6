// Lookups and threat intelligence as a test writes them down, beside the tables and the JSON that a
// filter sees.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "event.h"
#include "lookup/tables.h"

namespace weir::filter {

inline constexpr std::int64_t nanos_a_second = 1'000'000'000;

// An entry and when it came; its cells by column.
struct Row {
  Event cells;
  lookup::Clock came;
};

struct PlainTable {
  std::string name;
  lookup::Shape shape;
  std::map<std::string, Row> rows;
};

struct IntelligenceEntry {
  std::string category;
  std::string indicator;
  std::string field;  // empty: left out
  std::vector<std::pair<std::string, std::string>> context;
};

struct World {
  std::vector<PlainTable> tables;
  std::vector<IntelligenceEntry> intelligence;
  lookup::Clock clock;

  const PlainTable* find(lookup::Kind kind, std::string_view name) const {
    for (const PlainTable& table : tables)
      if (table.shape.kind == kind && table.name == name) return &table;
    return nullptr;
  }

  // The entry if it is there and still lives.
  const Row* find(const PlainTable& table, const std::string& key) const {
    const auto found = table.rows.find(key);
    if (found == table.rows.end()) return nullptr;
    const Row& row = found->second;
    if (table.shape.ttl.nanos == 0 || (!row.came.started && !clock.started)) return &row;
    const Time from = row.came.started ? row.came.now : clock.first;
    return clock.now < from + table.shape.ttl ? &row : nullptr;
  }

  // Cells are named by the columns, in an open schema, so that an Event can hold them.
  static Value cell(const Row& row, const std::string& column) {
    const auto found = row.cells.fields.find(open_field_id("cell." + column));
    return found == row.cells.fields.end() ? Value{} : found->second;
  }

  lookup::Tables built() const {
    lookup::Tables made;
    for (const PlainTable& plain : tables) {
      auto rows = std::make_shared<lookup::Table>(plain.shape);
      for (const auto& [key, row] : plain.rows) {
        std::vector<Value> values;
        for (const lookup::Column& column : plain.shape.columns)
          values.push_back(cell(row, column.name));
        rows->put(key, values, row.came);
      }
      made.add({plain.name, "", std::move(rows)});
    }
    return made;
  }

  std::string intelligence_json() const {
    std::string json = "[";
    const auto member = [&](std::string_view key, std::string_view text) {
      json += json.back() == '{' ? "" : ", ";
      append_json_string(json, key);
      json += ": ";
      append_json_string(json, text);
    };
    for (const IntelligenceEntry& entry : intelligence) {
      json += json.back() == '[' ? "{" : ", {";
      member("category", entry.category);
      member("indicator", entry.indicator);
      json += R"(, "more": [{"context": {}}, null, 1.5e3])";
      if (!entry.field.empty()) member("field", entry.field);
      json += R"(, "context": {)";
      for (const auto& [key, text] : entry.context) member(key, text);
      json += "}}";
    }
    return json + "]";
  }
};

}  // namespace weir::filter
