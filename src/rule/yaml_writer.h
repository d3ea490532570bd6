// Text as YAML, so that it reads back as the same text: by this library and by any other reader.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir::rule {

// A key or a value on one line, in quotes only where it needs them.
std::string yaml_text(std::string_view text);

// The same inside brackets or braces.
std::string yaml_flow_text(std::string_view text);

// `[a, b]`, on several lines of at most about 100 characters if it is long. `indent`: of the lines
// behind the first.
std::string yaml_list(std::span<const std::string> items, std::size_t indent);

// A filter's expression as what stands behind `key:`, with the line's end: on that line if it is
// short, else folded, with a line for each part that a top-level `and` or `or` joins. `key`: the
// columns that are taken by what stands before it; `indent`: of the lines behind that one.
std::string yaml_expression(std::string_view expression, std::size_t key, std::size_t indent);

}  // namespace weir::rule
