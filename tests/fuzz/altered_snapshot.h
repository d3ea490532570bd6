// A real snapshot, altered by choices so that most of it still reads: what is put in or taken out
// changes the size that its section says, too, and the checksum fits.
#pragma once

#include <string>

#include "choices.h"

namespace fuzz {

void alter_snapshot(Choices& choices, std::string& bytes);

// The last sixteen bytes are the XXH3 of those before.
void fix_checksum(std::string& bytes);

}  // namespace fuzz
