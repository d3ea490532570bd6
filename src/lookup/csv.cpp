#include "lookup/csv.h"

#include <fmt/format.h>

#include <cstring>

namespace weir::lookup {

bool CsvReader::skip_empty_lines() {
  while (at_ != end_) {
    if (*at_ == '\n')
      ++at_;
    else if (*at_ == '\r' && at_ + 1 != end_ && at_[1] == '\n')
      at_ += 2;
    else
      return true;
  }
  return false;
}

bool CsvReader::at_line_end() const noexcept {
  return at_ == end_ || *at_ == '\n' || (*at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n'));
}

bool CsvReader::next(Record& record) {
  record.fields.clear();
  unquoted_.reset();
  if (!skip_empty_lines()) return false;
  record.at = at_;
  for (;;) {
    check_room(text_, record, at_);
    const std::size_t number = record.fields.size();
    RecordField& field = record.fields.emplace_back();
    if (number < names_.size()) field.name = names_[number];
    field.at = at_;
    field.text = at_ != end_ && *at_ == '"' ? read_quoted() : read_bare();
    if (at_ == end_ || *at_ != separator_) break;
    ++at_;
  }
  check_size(record);
  if (at_ != end_ && *at_ == '\r') ++at_;
  if (at_ != end_) ++at_;
  return true;
}

// Spreadsheets write them where the comma is the decimal point's.
bool CsvReader::has_semicolons(std::string_view text) const noexcept {
  return separator_ == ',' && text.find(';') != std::string_view::npos;
}

void CsvReader::check_size(const Record& record) const {
  const std::size_t count = record.fields.size();
  if (names_.empty() || count == names_.size()) return;
  const bool more = count > names_.size();
  const char* const at = more ? record.fields[names_.size()].at : record.at;
  const std::string_view remedy = more ? "put a field with a separator in quotes"
                                  : count == 1 && has_semicolons(record.fields[0].text)
                                      ? "put commas between fields, not semicolons"
                                      : "write all of them, empty ones too";
  fail_at(text_, at,
          fmt::format("the line has {} field{}, not {} ({}); {}", count, count == 1 ? "" : "s",
                      names_.size(), fmt::join(names_, ", "), remedy));
}

std::string_view CsvReader::read_bare() {
  const char* const begin = at_;
  while (at_ != end_ && *at_ != separator_ && *at_ != '\n' && *at_ != '\r' && *at_ != '"') ++at_;
  if (at_ != end_ && *at_ == '"')
    fail_at(text_, at_,
            "a quote stands inside a field without quotes; put the field in quotes and double it");
  if (at_ != end_ && *at_ == '\r' && !at_line_end())
    fail_at(text_, at_, "a carriage return stands alone; end lines with LF or with CR LF");
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

// REQUIRES: at the opening quote.
std::string_view CsvReader::read_quoted() {
  const char* const open = at_++;
  std::size_t doubled = 0;
  const char* const begin = at_;
  for (;; ++at_) {
    const void* const quote = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
    if (quote == nullptr)
      fail_at(text_, open, "the quotes that open here are not closed; close them");
    at_ = static_cast<const char*>(quote) + 1;
    if (at_ == end_ || *at_ != '"') break;
    ++doubled;
  }
  const std::string_view inside(begin, static_cast<std::size_t>(at_ - 1 - begin));
  if (!at_line_end() && *at_ != separator_)
    fail_at(text_, at_,
            "text follows the closing quotes; double a quote that belongs to the field");
  if (doubled == 0) return inside;
  char* const to = unquoted_.take(inside.size() - doubled);
  char* out = to;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    *out++ = inside[i];
    if (inside[i] == '"') ++i;
  }
  return {to, inside.size() - doubled};
}

}  // namespace weir::lookup
