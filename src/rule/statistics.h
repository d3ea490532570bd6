// `statistics` of an aggregation rule.
#pragma once

#include <array>
#include <vector>

#include "aggregate/settings.h"
#include "rule/fields.h"
#include "rule/settings_map.h"

namespace weir::rule {

// In the order of aggregate::Function.
inline constexpr std::array<Word, 6> function_words{
    {{"min"}, {"max"}, {"avg"}, {"first"}, {"last"}, {"distinct"}}};

// Reads the list and checks each item: the field must have the statistic, and `into` hold it. Call
// it after the field lists have been read.
std::vector<aggregate::Statistic> read_statistics(const SettingsMap& rule, Schema schema,
                                                  FieldLists& lists);

}  // namespace weir::rule
