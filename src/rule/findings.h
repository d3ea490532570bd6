// The diagnostics of one document while they are being found, and how messages name things.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rule/document.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

class Findings {
 public:
  explicit Findings(const Source& source) noexcept : source_(source) {}

  void error(std::size_t offset, std::string message);
  void error(const Node& node, std::string message) { error(node.offset, std::move(message)); }
  void warning(std::size_t offset, std::string message);
  void warning(const Node& node, std::string message) { warning(node.offset, std::move(message)); }

  // How many errors there were: whether what was just read is good.
  std::size_t errors() const noexcept { return errors_; }

  // So many errors that no more are kept: nothing will come of the document, and reading may stop.
  // What costs time for each finding (a did-you-mean) stops here: a hostile document could have one
  // every few bytes.
  bool full() const noexcept;
  // The same of warnings: only what does nothing but warn may stop.
  bool full_of_warnings() const noexcept;

  // For messages that point back: "the first is on line 3".
  std::uint32_t line(std::size_t offset) const { return source_.line(offset); }

  // All of them with line and column, in the order of the text.
  std::vector<Diagnostic> finish();

 private:
  void add(Severity severity, std::size_t offset, std::string message);

  const Source& source_;
  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

// 'text', on one line, cut after 64 code points.
std::string quote(std::string_view text);

// What stands there, for "…, not X": 'abc', the text '100', a list, a map, nothing.
std::string describe(const Node& node);

// Did-you-mean over any list of names; nothing for words or lists that no person wrote.
std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace weir::rule
