// Numbers as Go prints them.
#pragma once

#include <span>
#include <string_view>

namespace weir::enrich {

// What Go's %v writes of a float64: the shortest decimal text that reads back as the same number,
// with an exponent from a million on and below 0.0001 (123456, 1e+06, 0.0001, 1e-05).
std::string_view format_as_go(double number, std::span<char, 32> buffer) noexcept;

}  // namespace weir::enrich
