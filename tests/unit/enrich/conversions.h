// Conversions for tests of rules that have some.
#pragma once

#include <string>
#include <utility>

#include "enrich/conversion.h"

namespace weir::enrich {

using Convert = Conversion::Kind;

inline Conversion make(Convert kind, std::string expression = "", std::string with = "") {
  return {kind, {std::move(expression), "", std::move(with), 0, 0}};
}

}  // namespace weir::enrich
