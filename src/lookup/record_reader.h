// The records of a text, whatever its format.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lookup/csv.h"
#include "lookup/import.h"
#include "lookup/json_lines.h"
#include "lookup/record.h"

namespace weir::lookup {

// A column as a text calls it, and where it does first.
struct ColumnName {
  std::string name;
  const char* at;
};

class RecordReader {
 public:
  // check_text has seen the text.
  RecordReader(Format format, Kind kind, std::string_view text);

  // The names of the columns: of CSV the first line, which is read; of JSON lines all members of
  // all objects, in order. Of a dictionary in CSV always key and value, whether or not the first
  // line says so. Throws Failure. REQUIRES: before the first next(); after it JSON lines have no
  // more
  std::vector<ColumnName> read_names();

  bool next(Record& record);

 private:
  std::vector<ColumnName> read_header();
  std::vector<ColumnName> read_members();

  std::variant<CsvReader, JsonLinesReader> reader_;
  std::string_view text_;
  Kind kind_;
};

}  // namespace weir::lookup
