// A document with one enrichment rule, and what is said of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "found.h"

namespace weir::rule {

// The one enrichment rule of a document.
inline const enrich::Kind& only_rule(const Parsed& parsed) {
  EXPECT_EQ(lines(parsed), Lines{});
  EXPECT_EQ(parsed.document.enrichment.size(), 1U);
  return parsed.document.enrichment.at(0).kind;
}

inline Parsed parse_enrichment(std::string_view lines, std::string_view before = "") {
  return parse_document(std::string(before) + "enrichment:\n- name: n\n" + std::string(lines));
}

// What is wrong with a rule whose first line is the document's third.
inline Lines errors(std::string_view lines_of_rule, std::string_view before = "") {
  return lines(parse_enrichment(lines_of_rule, before));
}

}  // namespace weir::rule
