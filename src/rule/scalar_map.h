// Where the bytes of a scalar's value stand in the text of the document, so that an error inside an
// expression is shown at its own place and not at the start of the value.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rule/node.h"

namespace weir::rule {

// One offset into `text` a byte of scalar.text, and one for its end. Follows plain and quoted
// scalars, also over several lines, the escapes of double quotes, and block scalars. Where the text
// does not match, every byte is at the scalar's start. O(length).
std::vector<std::uint32_t> map_to_source(std::string_view text, const Node& scalar);

}  // namespace weir::rule
