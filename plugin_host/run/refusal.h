// What a program says of a document that the library does not load.
#pragma once

#include <string>

#include "failure.h"
#include "library.h"

namespace weir::host {

// One sentence with file, line and column, and under it the line with a caret. `error` is that of
// weir_load.
Failure refusal(const Library& library, const std::string& path, const std::string& document,
                const weir_error& error);

}  // namespace weir::host
