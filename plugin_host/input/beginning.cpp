#include "input/beginning.h"

namespace weir::host {
std::optional<std::size_t> beginning_to_skip(std::string_view bytes, bool last) noexcept {
  const std::string_view beginning = bytes.substr(0, kByteOrderMark.size());
  if (beginning == kByteOrderMark) return kByteOrderMark.size();
  if (!last && beginning == kByteOrderMark.substr(0, beginning.size())) return std::nullopt;
  return 0;
}

}  // namespace weir::host
