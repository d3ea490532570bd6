// What may stand before the first line of a source and is no part of it: a byte order mark.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace weir::host {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How many bytes to skip; none when more bytes are needed to tell, which `last` says will not come.
std::optional<std::size_t> beginning_to_skip(std::string_view bytes, bool last) noexcept;

}  // namespace weir::host
