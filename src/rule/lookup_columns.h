// Which columns a lookup of a document says it has.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lookup/table.h"
#include "rule/settings_map.h"

namespace weir::rule {

constexpr std::size_t most_columns = 1024;  // each costs 16 bytes a row

// A list of names, all text: [host, user].
std::vector<lookup::Column> read_column_names(const SettingsMap& map, std::string_view key);

// A map of names to types: {port: integer, groups: list of string}. scalar: no lists, as of keys.
std::vector<lookup::Column> read_column_types(const SettingsMap& map, std::string_view key,
                                              bool scalar);

// Reports a name that stands among both.
void check_apart(const SettingsMap& map, const std::vector<lookup::Column>& keys,
                 const std::vector<lookup::Column>& columns);

}  // namespace weir::rule
