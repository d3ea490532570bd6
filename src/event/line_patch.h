// A line of JSON with some fields of its event changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_index.h"
#include "event/json_scan.h"
#include "weir/weir.h"

namespace weir {

// Buffers that are reused; one thread. A field that the line does not have costs a search for its
// name and a copy of the line; one that it has, or that is a key of Extra, a walk over all members.
class LinePatch {
 public:
  // Appends `line` with the changed fields in it: a member that is there is replaced in place (its
  // last occurrence), a new one goes before the closing brace, an absent value becomes null; every
  // other byte stays. REQUIRES: line is one valid JSON object. Throws bad_alloc.
  void append(std::string& out, std::string_view line, std::span<const weir_field> changes);

 private:
  // Where the value of a member stands in the line; nowhere: begin is 0.
  struct Place {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct Change {
    const weir_field* field = nullptr;
    std::string_view key;  // of the member: of a key of Extra without that prefix
    bool in_extra = false;
    Place place;
  };

  bool are_all_new(std::string_view line) const noexcept;
  void walk(JsonCursor& cursor, std::string_view line, bool in_extra);
  void note(std::string_view key, JsonCursor& cursor, std::string_view line, bool in_extra);
  // Replaces what is there; the end of what has been copied of the line.
  std::uint32_t append_edits(std::string& out, std::string_view line);
  void append_added(std::string& out, std::string_view line, std::uint32_t from);

  JsonIndex index_;
  std::vector<Change> changes_;
  std::vector<const Change*> edits_;
  std::vector<weir_field> added_;
  std::uint32_t extra_ = 0;  // where the object of that name begins
  std::string members_;
  std::string key_;  // without its escapes
};

// The first place of `needle` in the text, or npos. Faster than the library's where it is not
// there. REQUIRES: needle has at least two bytes
std::size_t find_text(std::string_view text, std::string_view needle) noexcept;

// Whether JSON text may have characters that are escaped and need not be: `\u` and `\/`. Without
// them a key stands in one way only.
bool has_optional_escape(std::string_view text) noexcept;

}  // namespace weir
