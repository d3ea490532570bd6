// Any bytes as a document and as a rule: no crash, no hang, and a verdict with places in the text.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rule/document.h"

namespace {

void check(const weir::rule::Parsed& parsed, std::string_view text) {
  for (const weir::rule::Diagnostic& found : parsed.diagnostics)
    if (found.line == 0 || found.column == 0 || found.message.empty() || found.offset < 0 ||
        found.message.find('\n') != std::string::npos ||
        static_cast<std::size_t>(found.offset) > text.size())
      std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  weir::rule::Parsed document = weir::rule::parse_document(text);
  check(document, text);
  if (!document.good()) document.document.filters.clear();
  check(weir::rule::parse_rule(text, document.document.filters, document.document.schema), text);
  weir::rule::diagnostics_json(document.diagnostics);
  return 0;
}
