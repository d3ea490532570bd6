// What Weir knows, as JSON, without an engine.
#pragma once

#include <string>
#include <string_view>

namespace weir::engine {

// Throws Failure(not_found) for an unknown topic.
std::string describe(std::string_view topic, std::string_view input);

}  // namespace weir::engine
