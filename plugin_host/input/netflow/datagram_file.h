// A file that holds one NetFlow datagram, since v9 does not say where one ends.
#pragma once

#include <functional>
#include <string>

#include "input/byte_source.h"
#include "input/netflow/decoder.h"

namespace weir::host {

// Reads and decodes it; a signal to stop leaves it. `warn` gets a sentence about one that is no
// datagram, or a malformed one. Throws Failure(bad_input) when it is longer than a datagram.
void read_datagram(ByteSource& source, Decoder& decoder,
                   const std::function<void(const std::string&)>& warn);

}  // namespace weir::host
