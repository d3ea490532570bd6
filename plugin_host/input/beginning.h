// What may stand before the first line of NDJSON: a byte order mark, which is skipped, or the magic
// number of a compressed file, which is refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::host {

// How many bytes to skip; none when more bytes are needed to tell, which `last` says will not come.
// source: its name. Throws Failure(bad_input) when the source is compressed.
std::optional<std::size_t> beginning_to_skip(std::string_view bytes, bool last,
                                             const std::string& source);

}  // namespace weir::host
