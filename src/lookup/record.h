// One row as a text has it, CSV or JSON: named fields, each a text, a list of texts, or nothing.
// All is borrowed, from the text or from the reader, until its next record.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::lookup {

struct RecordField {
  std::string_view name;
  std::string_view text;                    // empty: nothing
  std::span<const std::string_view> items;  // of a list
  bool is_list = false;
  const char* at = nullptr;  // in the text that is read
};

struct Record {
  std::vector<RecordField> fields;
  const char* at = nullptr;
};

// Throws Failure(invalid_document) with line and column of a place in the text.
[[noreturn]] void fail_at(std::string_view text, const char* at, const std::string& message);

// Throws as fail_at, or Failure(limit), if the text is longer than a gigabyte, is not UTF-8 or has
// a NUL.
void check_text(std::string_view text);

// The first byte after a byte order mark.
const char* begin_of(std::string_view text) noexcept;

// 'text', on one line and cut when it is long: for messages.
std::string shown(std::string_view text);

}  // namespace weir::lookup
