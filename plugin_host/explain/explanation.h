// The library's answer to "why?" for people: an indented tree, and the outcome in a sentence.
#pragma once

#include <string>

namespace weir::host {

struct Explanation {
  std::string text;       // lines
  bool rejected = false;  // the event could not be read
};

// json: of weir_explain. Throws Failure(runtime) when it is none.
Explanation show_explanation(const std::string& json, bool colors);

}  // namespace weir::host
