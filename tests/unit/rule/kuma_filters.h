// A filter in KUMA's JSON, read: its tree, and what was said.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "found.h"
#include "rule/kuma_filter.h"
#include "rule/reader.h"

namespace weir::rule {

struct ReadFilter {
  std::optional<filter::Node> tree;
  Lines said;
};

inline ReadFilter read_filter(std::string_view text, const KumaReading& reading = {}) {
  const Source source(text);
  Findings findings(source);
  ReadFilter read;
  if (const auto root = read_tree(source, findings))
    read.tree = read_kuma_filter(*root, reading, findings);
  Parsed parsed;
  parsed.diagnostics = findings.finish();
  read.said = lines(parsed);
  return read;
}

// The expression of a good one.
inline std::string shown(std::string_view text) {
  const ReadFilter got = read_filter(text);
  EXPECT_EQ(got.said, Lines{}) << text;
  return got.tree ? filter::to_expression(*got.tree) : "";
}

// The only condition of a good one.
inline filter::Node condition(std::string_view text, const KumaReading& reading = {}) {
  const ReadFilter got = read_filter(text, reading);
  EXPECT_EQ(got.said, Lines{}) << text;
  return got.tree ? *got.tree : filter::Node{};
}

}  // namespace weir::rule
