// Which members of the statistics are which metrics. docs/metrics.md explains them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "weir/weir.h"

namespace weir::engine {

// Members of one struct that count the same kind of thing, told apart by a label.
template <class Stats>
struct Family {
  struct Series {
    std::uint64_t Stats::*member = nullptr;  // null: there are no more
    std::string_view value = {};             // of the label
  };
  std::string_view name;
  std::string_view help;
  std::string_view label;  // empty: there is one member
  std::array<Series, 8> series;
};

std::span<const Family<weir_stats>> engine_families() noexcept;
std::span<const Family<weir_rule_stats>> rule_families() noexcept;
std::span<const Family<weir_enrichment_stats>> enrichment_families() noexcept;
// Of the rules among them that ask over the network.
std::span<const Family<weir_enrichment_stats>> asking_families() noexcept;

}  // namespace weir::engine
