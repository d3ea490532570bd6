// What an import gives: the document or the expressions, and what was said. And filters to import.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "found.h"
#include "rule/import.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {

struct ImportedText {
  std::string document;
  std::vector<std::pair<std::string, std::string>> expressions;  // by name
  Lines said;                                                    // "1:2: error: …"
};

inline ImportedText read_answer(const std::string& answer) {
  const Source source(answer);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  EXPECT_TRUE(root) << answer;
  ImportedText out;
  if (!root) return out;
  if (const Node* document = find_value(*root, "document")) out.document = document->text;
  if (const Node* expressions = find_value(*root, "expressions"))
    for (const Node& item : expressions->children)
      out.expressions.emplace_back(find_value(item, "name")->text,
                                   find_value(item, "expression")->text);
  for (const Node& item : find_value(*root, "diagnostics")->children)
    out.said.push_back(find_value(item, "line")->text + ":" + find_value(item, "column")->text +
                       ": " + find_value(item, "severity")->text + ": " +
                       find_value(item, "message")->text);
  return out;
}

inline ImportedText import_text(std::string_view json) { return read_answer(import_json(json)); }
inline ImportedText expressions_text(std::string_view json) {
  return read_answer(expressions_json(json));
}

// A filter of one condition.
inline std::string payload(std::string_view name, std::string_view value,
                           std::string_view id = "") {
  return fmt::format(
      R"({{"id": "{}", "name": "{}", "root": {{"group": true, "conditions": [)"
      R"({{"leftField": "Name", "op": "=", "rightKind": "constant", "constant": "{}"}}]}}}})",
      id, name, value);
}

// A filter that holds others.
inline std::string holding(std::string_view name, const std::vector<std::string>& payloads) {
  std::string out = "{\"name\": \"" + std::string(name) +
                    "\", \"root\": {\"group\": true, \"or\": true, \"conditions\": [";
  for (const std::string& one : payloads)
    out += (out.back() == '[' ? "{\"op\": \"=\", \"filter\": " : ", {\"filter\": ") + one + "}";
  return out + "]}}";
}

inline std::string list_of(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ",\n"));
}

}  // namespace weir::rule
