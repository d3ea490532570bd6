// What an import gives: the document, and what was said.
#pragma once

#include <string>
#include <string_view>

#include "found.h"
#include "rule/import.h"
#include "rule/reader.h"
#include "rule/settings_map.h"

namespace weir::rule {

struct ImportedText {
  std::string document;
  Lines said;  // "1:2: error: …"
};

inline ImportedText import_text(std::string_view json) {
  const std::string answer = import_json(json);
  const Source source(answer);
  Findings findings(source);
  const auto root = read_tree(source, findings);
  EXPECT_TRUE(root) << answer;
  ImportedText out;
  if (!root) return out;
  out.document = find_value(*root, "document")->text;
  for (const Node& item : find_value(*root, "diagnostics")->children)
    out.said.push_back(find_value(item, "line")->text + ":" + find_value(item, "column")->text +
                       ": " + find_value(item, "severity")->text + ": " +
                       find_value(item, "message")->text);
  return out;
}

}  // namespace weir::rule
