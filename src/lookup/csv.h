// CSV as RFC 4180 has it, and the same with tabs: a field may stand in quotes, and in those a quote
// is doubled, and line ends and separators are text. Lines end with LF or CR LF. Empty lines are
// nothing. Spaces belong to a field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "lookup/record.h"

namespace weir::lookup {

class CsvReader {
 public:
  // The text is borrowed; check_text has seen it.
  CsvReader(std::string_view text, char separator) noexcept
      : text_(text), at_(begin_of(text)), end_(text.data() + text.size()), separator_(separator) {}

  // Names of the columns, in order. From now on each record must have as many fields.
  void name_columns(std::vector<std::string> names) { names_ = std::move(names); }

  // False at the end of the text. Throws Failure: what is wrong, and where.
  bool next(Record& record);

  // The record is to come again. REQUIRES: next() gave it last
  void put_back(const Record& record) noexcept { at_ = record.at; }

 private:
  bool skip_empty_lines();
  std::string_view read_quoted();
  std::string_view read_bare();
  bool at_line_end() const noexcept;
  bool has_semicolons(std::string_view text) const noexcept;
  void check_size(const Record& record) const;

  std::string_view text_;
  const char* at_;
  const char* end_;
  char separator_;
  std::vector<std::string> names_;
  Bump unquoted_;  // fields of the record that had doubled quotes
};

}  // namespace weir::lookup
