// What the tests look at: diagnostics as lines of text, `2:5: error: unknown key …`.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rule/document.h"

namespace weir::rule {

using Lines = std::vector<std::string>;

inline Lines lines(const Parsed& parsed) {
  Lines out;
  for (const Diagnostic& found : parsed.diagnostics)
    out.push_back(std::to_string(found.line) + ":" + std::to_string(found.column) +
                  (found.severity == Severity::error ? ": error: " : ": warning: ") +
                  found.message);
  return out;
}

inline Lines document(std::string_view text) { return lines(parse_document(text)); }
inline Lines rule(std::string_view text) { return lines(parse_rule(text, {})); }

// A rule whose name and identical field are good, and one more line (the third).
inline Lines rule_with(std::string_view line) {
  return rule("name: r\nidentical_fields: [Name]\n" + std::string(line) + "\n");
}

inline aggregate::Settings settings(std::string_view text) {
  Parsed parsed = parse_rule(text, {});
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.aggregation.size(), 1U);
  return parsed.document.aggregation.empty() ? aggregate::Settings{}
                                             : std::move(parsed.document.aggregation[0]);
}

inline aggregate::Settings settings_with(std::string_view line) {
  return settings("name: r\nidentical_fields: [Name]\n" + std::string(line) + "\n");
}

}  // namespace weir::rule
