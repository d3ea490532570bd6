// Aggregation rules: from a map to aggregate::Settings.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "aggregate/settings.h"
#include "rule/filters.h"
#include "rule/findings.h"
#include "rule/node.h"
#include "rule/settings_map.h"
#include "rule/source.h"

namespace weir::rule {

// What a rule says of its choices, each in the order of its enum class.
inline constexpr std::array<Word, 2> sum_strings_words{{{"numeric"}, {"join"}}};
inline constexpr std::array<Word, 2> missing_words{{{"group"}, {"pass"}}};
inline constexpr std::array<Word, 2> unique_mode_words{{{"list"}, {"dedup"}}};
inline constexpr std::array<Word, 2> unique_as_words{{{"array"}, {"text"}}};
inline constexpr std::array<Word, 4> other_fields_words{
    {{"drop"}, {"first"}, {"last"}, {"common"}}};
inline constexpr std::array<Word, 2> single_words{{{"aggregate"}, {"pass"}}};

// All keys of an aggregation rule, those of later versions too.
std::span<const Word> aggregation_keys() noexcept;

// `max_groups` and `max_bytes` of a map.
aggregate::Bounds read_bounds(const SettingsMap& map);

// Reads and checks one rule, its filter included. Reports what is wrong; what could be read is
// there nevertheless, the defaults in place of the rest.
aggregate::Settings read_aggregation(const Node& map, const Source& source, SavedFilters& saved,
                                     Findings& findings);

}  // namespace weir::rule
