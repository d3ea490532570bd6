// The text of a document: what is checked before a reader sees it, and where in it things stand.
// Borrows the text. Not for several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::rule {

// Throws Failure(invalid_document): what stands there keeps the document from being read on.
[[noreturn]] void fail_at(std::size_t offset, const std::string& message);

class Source {
 public:
  // A document is read whole, several times over; dictionaries inside one are what makes it large.
  static constexpr std::size_t max_bytes = std::size_t{16} << 20;

  explicit Source(std::string_view text) noexcept;

  std::string_view text() const noexcept { return text_; }

  // The first byte after a byte order mark.
  std::size_t begin() const noexcept { return begin_; }

  // Begins, after white space, with '{' or '['.
  bool looks_like_json() const noexcept;

  // Throws Failure(invalid_document) with an offset: too long, not UTF-8, a NUL byte; in YAML also
  // any other control character, for yaml-cpp takes U+0004 for the end of the text, and a lone CR
  // for no line end.
  void check() const;

  // 1-based. A line ends with LF. O(log lines) once the first call found them all.
  std::uint32_t line(std::size_t offset) const;

  // Line and column of an offset; cheap for offsets that do not fall from call to call.
  Position locate(std::size_t offset) const;

 private:
  void find_lines() const;

  std::string_view text_;
  std::size_t begin_ = 0;
  mutable std::vector<std::uint32_t> lines_;  // where each line begins; empty: not yet found
  mutable Position last_;
};

}  // namespace weir::rule
