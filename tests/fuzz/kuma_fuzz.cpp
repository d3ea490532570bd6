// Any bytes as what KUMA exported: no crash, no hang, places in the text, and a document that reads
// back. The same bytes as a filter within a document are document_fuzz's.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rule/document.h"
#include "rule/import.h"
#include "rule/import_filters.h"
#include "rule/kuma_filter.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace {

using weir::rule::Findings;
using weir::rule::Node;
using weir::rule::Source;

// An answer is JSON with diagnostics that have a place.
Node read_answer(const std::string& answer) {
  const Source source(answer);
  Findings findings(source);
  auto root = weir::rule::read_tree(source, findings);
  if (!root || findings.errors() > 0) std::abort();
  const Node* diagnostics = weir::rule::find_value(*root, "diagnostics");
  if (diagnostics == nullptr) std::abort();
  for (const Node& one : diagnostics->children)
    if (weir::rule::find_value(one, "line")->text == "0" ||
        weir::rule::find_value(one, "message")->text.empty())
      std::abort();
  return std::move(*root);
}

// A tree that would load reads back from its expression.
void check_tree(std::string_view text) {
  const Source source(text);
  Findings findings(source);
  const auto root = weir::rule::read_tree(source, findings);
  if (!root || root->kind != Node::Kind::map) return;
  const auto tree = weir::rule::read_kuma_filter(*root, {}, findings);
  if (!tree || !weir::rule::would_load(*tree, {}, findings)) return;
  const std::string expression = weir::filter::to_expression(*tree);
  if (weir::rule::matches_everything(*tree)) return;
  if (weir::filter::to_expression(weir::filter::parse_expression(expression)) != expression)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Node answer = read_answer(weir::rule::import_json(text));
  // What is imported is good: what would not load is left out.
  const Node* document = weir::rule::find_value(answer, "document");
  if (!document->text.empty() && !weir::rule::parse_document(document->text).good()) std::abort();
  read_answer(weir::rule::expressions_json(text));
  check_tree(text);
  return 0;
}
