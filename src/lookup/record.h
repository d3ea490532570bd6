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

// Of a record: far more than there may be columns. A text of commas must not take seventy times its
// bytes before anybody counts them.
constexpr std::size_t most_fields = 4096;

struct Record {
  std::vector<RecordField> fields;
  const char* at = nullptr;
};

// Throws Failure(invalid_document) with line and column of a place in the text.
[[noreturn]] void fail_at(std::string_view text, const char* at, const std::string& message);

// Throws as fail_at if the record has most_fields, so that one more at that place is too many.
void check_room(std::string_view text, const Record& record, const char* at);

// Throws as fail_at, or Failure(limit), if the text is longer than a gigabyte, is not UTF-8 or has
// a NUL.
void check_text(std::string_view text);

// The first byte after a byte order mark.
const char* begin_of(std::string_view text) noexcept;

// 'text', on one line and cut when it is long: for messages.
std::string shown(std::string_view text);

}  // namespace weir::lookup
