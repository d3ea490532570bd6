// What conditions cost relative to each other: about nanoseconds on texts of some 40 bytes. The
// cheap ones of a group are evaluated first.
#pragma once

#include <cstdint>

namespace weir::filter {

inline constexpr std::uint32_t number_cost = 1;
inline constexpr std::uint32_t text_cost = 2;
inline constexpr std::uint32_t part_cost = 3;  // startsWith, endsWith
inline constexpr std::uint32_t set_cost = 6;
inline constexpr std::uint32_t fields_cost = 8;
inline constexpr std::uint32_t subnet_cost = 12;
inline constexpr std::uint32_t fold_cost = 20;
inline constexpr std::uint32_t contains_cost = 25;
inline constexpr std::uint32_t lookup_cost = 40;
inline constexpr std::uint32_t many_parts_cost = 60;
inline constexpr std::uint32_t match_cost = 95;
inline constexpr std::uint32_t match_set_cost = 140;
inline constexpr std::uint32_t intelligence_cost = 200;

}  // namespace weir::filter
