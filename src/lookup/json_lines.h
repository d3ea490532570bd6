// JSON lines: one object a line, whose members are texts, numbers, true and false, which are texts
// as well here, null, and lists of those.
#pragma once

#include <memory>
#include <string_view>

#include "lookup/record.h"

namespace weir::lookup {

class JsonLinesReader {
 public:
  // The text is borrowed; check_text has seen it. vulnerabilities: the member of that name
  // may have elements {"cve": text, "severity": number}; they become the text "cve:severity".
  JsonLinesReader(std::string_view text, bool vulnerabilities);
  ~JsonLinesReader();
  JsonLinesReader(JsonLinesReader&&) noexcept;
  JsonLinesReader& operator=(JsonLinesReader&&) noexcept;

  // False at the end of the text; blank lines are nothing. Throws Failure: what is wrong, and
  // where.
  bool next(Record& record);

 private:
  class Lines;
  std::unique_ptr<Lines> lines_;
};

// Faster than find_invalid_utf8.
bool is_utf8(std::string_view text) noexcept;

}  // namespace weir::lookup
