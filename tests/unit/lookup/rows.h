// What the tests look at: a table's entries as text, and why a text could not be read.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "lookup/import.h"

namespace weir::lookup {

inline std::string shown_element(const Value& value) {
  if (value.kind == weir::Kind::text) return std::string(value.text());
  if (value.kind == weir::Kind::integer) return std::to_string(value.integer());
  if (value.kind == weir::Kind::floating) return std::to_string(value.floating());
  return "-";
}

// [a,b] of an array, - of nothing.
inline std::string shown_value(const Value& value) {
  if (!is_array(value.kind)) return shown_element(value);
  std::string out = "[";
  for (std::uint32_t i = 0; i < value.size; ++i) {
    if (i > 0) out += ',';
    out += shown_element(element_of(value, i));
  }
  return out + "]";
}

// The values of an entry, with a space between; "none" if there is none.
inline std::string entry(const Table& table, std::string_view key, const Clock& clock = {}) {
  const Value* const values = table.find(key, clock);
  if (values == nullptr) return "none";
  std::string out;
  for (std::size_t i = 0; i < table.shape().columns.size(); ++i) {
    if (i > 0) out += ' ';
    out += shown_value(values[i]);
  }
  return out;
}

inline Table read(Kind kind, Format format, std::string_view text, Columns columns = {}) {
  return read_table(kind, std::move(columns), {}, format, text, {});
}

inline Table dictionary(std::string_view csv) { return read(Kind::dictionary, Format::csv, csv); }

// "2:5: what" of a text that cannot be read; "" if it can.
inline std::string problem(Kind kind, Format format, std::string_view text, Columns columns = {}) {
  try {
    read(kind, format, text, std::move(columns));
    return {};
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    EXPECT_LE(failure.position().offset, static_cast<std::int64_t>(text.size()));
    return std::to_string(failure.position().line) + ":" +
           std::to_string(failure.position().column) + ": " + failure.what();
  }
}

}  // namespace weir::lookup
