// Constants of templates, as Go writes them (https://go.dev/ref/spec#String_literals).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "event/value.h"

namespace weir::enrich {

// The text of a constant in double quotes, which begins at `at` of `text` and ends behind them:
// `at` is moved there. Throws Failure(invalid_document) with the offset of what is wrong.
std::string read_quoted(std::string_view text, std::size_t& at);

// The same of a constant in backticks.
std::string read_raw(std::string_view text, std::size_t& at);

// The same of a decimal number, with a sign or without.
Value read_number(std::string_view text, std::size_t& at);

}  // namespace weir::enrich
