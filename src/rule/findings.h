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

  // No error so far.
  bool good() const noexcept;

  // So many that no more are kept. What costs time for each finding (a did-you-mean) stops here: a
  // hostile document could have a finding every few bytes.
  bool full() const noexcept;

  // For messages that point back: "the first is on line 3".
  std::uint32_t line(std::size_t offset) const { return source_.line(offset); }

  // All of them with line and column, in the order of the text.
  std::vector<Diagnostic> finish();

 private:
  void add(Severity severity, std::size_t offset, std::string message);

  const Source& source_;
  std::vector<Diagnostic> found_;
};

// 'text', on one line, cut after 64 code points.
std::string quote(std::string_view text);

// What stands there, for "…, not X": 'abc', the text '100', a list, a map, nothing.
std::string describe(const Node& node);

// Did-you-mean over any list of names; nothing for words or lists that no person wrote.
std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace weir::rule
