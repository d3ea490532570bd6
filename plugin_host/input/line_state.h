// What the reader of a source's lines knows between two of them, so that another can go on there.
#pragma once

#include <cstdint>
#include <string>

namespace weir::host {

struct LineState {
  std::uint64_t lines = 0;   // so far
  std::uint32_t within = 0;  // not 0: what follows belongs to a line that is too long
  std::string header;        // of formats that have one, as their reader writes it
};

}  // namespace weir::host
