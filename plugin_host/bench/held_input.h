// The input of `weir bench`, held in memory before the clock runs, and of `weir explain --after`:
// lines as they stand, decompressed, NetFlow decoded to events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/flow_store.h"
#include "input/format.h"
#include "input/input.h"
#include "library.h"

namespace weir::host {

struct HeldInput {
  std::string name;
  Format format = Format::ndjson;
  std::vector<char> bytes;  // of lines
  std::string_view lines;   // of them
  FlowStore flows;          // of the other formats
  std::uint64_t size = 0;   // bytes of the source, as they are in the file
  std::int64_t arrived =
      0;  // of a capture when its last datagram came, of lines the file's time, ns
};

// format: none is by content. ports: of NetFlow in a capture. Throws Failure: bad_input when the
// input cannot be read, interrupted after a signal.
HeldInput hold_input(const Library& library, const InputName& name, std::optional<Format> format,
                     const std::vector<std::uint16_t>& ports);

}  // namespace weir::host
