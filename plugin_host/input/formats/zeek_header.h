// The header of Zeek's tab-separated logs, the lines that begin with `#`:
// https://docs.zeek.org/en/master/log-formats.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::host {

// What the lines of a header say, as far as they say something; Zeek's defaults otherwise.
struct ZeekDirectives {
  std::string separator = "\t";
  std::string set_separator = ",";
  std::string empty_field = "(empty)";
  std::string unset_field = "-";
  std::string path;
  std::string fields;  // names, between separators
  std::string types;   // likewise, of each field; empty: not stated

  // Takes note of a line that begins with `#`. `#separator` begins a new header, `#fields` new
  // columns; a comment, `#open` and `#close` say nothing.
  void take(std::string_view line);

  friend bool operator==(const ZeekDirectives&, const ZeekDirectives&) = default;
};

// What becomes of a column's values, or of the elements of its sets and vectors.
enum class ZeekType : std::uint8_t { text, boolean, integer, real, time };

struct ZeekColumn {
  std::string_view key;  // in the header's memory
  ZeekType type = ZeekType::text;
  bool list = false;  // a set or a vector
};

// A header, ready to read lines by. Immutable, and shared by what is read with it: the texts of its
// columns are the keys of all its records.
class ZeekHeader {
 public:
  explicit ZeekHeader(ZeekDirectives directives);
  ZeekHeader(const ZeekHeader&) = delete;
  ZeekHeader& operator=(const ZeekHeader&) = delete;

  const ZeekDirectives& directives() const noexcept { return directives_; }
  // Why its lines cannot be read: one clause; empty when they can.
  std::string_view problem() const noexcept { return problem_; }

  // REQUIRES: no problem. At least one column.
  const std::vector<ZeekColumn>& columns() const noexcept { return columns_; }
  char separator() const noexcept { return directives_.separator[0]; }
  char set_separator() const noexcept { return directives_.set_separator[0]; }
  std::string_view path() const noexcept { return directives_.path; }

  // Whether the value is the marker of one that is not there, or is empty.
  bool is_absent(std::string_view value) const noexcept {
    return value.empty() || is_marker(value, directives_.unset_field) ||
           is_marker(value, directives_.empty_field);
  }

 private:
  static bool is_marker(std::string_view value, std::string_view marker) noexcept {
    return value.size() == marker.size() && value[0] == marker[0] && value == marker;
  }

  std::string find_columns();
  std::string find_types();

  const ZeekDirectives directives_;
  std::vector<ZeekColumn> columns_;
  std::string problem_;
};

}  // namespace weir::host
