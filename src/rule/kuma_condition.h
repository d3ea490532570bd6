// One condition of KUMA's JSON: an operator, its operands, and what the operator takes besides.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "filter/tree.h"
#include "rule/kuma_filter.h"

namespace weir::rule {

// Those of every node of a filter, of groups too.
std::span<const std::string_view> kuma_node_keys() noexcept;

// True of a node without operator and operands: of a tree that has no conditions yet.
bool is_blank_condition(const Node& node) noexcept;

// Reads a node as a condition, its `not` aside. Reports what is wrong and gives nullopt.
std::optional<filter::Node> read_kuma_condition(const Node& node, const KumaReading& reading,
                                                Findings& findings);

}  // namespace weir::rule
