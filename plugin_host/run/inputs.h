// What `-i` and `--follow` name, as the files, pipes and sockets that there are.
#pragma once

#include <string>
#include <vector>

#include "run/options.h"

namespace weir::host {

// Sets `inputs` and `follow`. A file that a pattern matches and that is an input already is left
// out. To be followed are files, there or not; what is compressed, or no file, is an input of its
// own. Throws Failure: usage, and bad_input when nothing matches a pattern.
void set_inputs(RunOptions& options, const std::vector<std::string>& texts, bool follow);

}  // namespace weir::host
