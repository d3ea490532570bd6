// No file may play two parts in a run: an output that is also an input would be emptied before it
// is read, two outputs would overwrite each other.
#pragma once

#include "run/options.h"

namespace weir::host {

// The same file is told by device and inode, or, when nothing is there yet, by where the path
// leads. Character devices such as /dev/null may play any parts, and standard input and output may
// be one. Touches no file. Throws Failure(usage).
void check_file_roles(const RunOptions& options);

}  // namespace weir::host
