#include "run/line_stream.h"

#include <string_view>

namespace weir::host {

bool LineStream::step(std::span<char> room, std::int64_t arrived) {
  std::size_t got = source_.read_ready(room);
  if (got == 0) {
    if (!source_.ready()) return true;
    got = source_.read(room);  // it does not wait, and tells what is wrong
  }
  if (got == 0)
    feed_.end(arrived);
  else
    feed_.add({room.data(), got}, arrived);
  return got != 0;
}

void LineStream::finish(std::span<char> room, std::int64_t arrived) {
  for (std::size_t total = 0; total < kDrainBytes;) {
    const std::size_t got = source_.read_ready(room);
    if (got == 0) break;
    total += got;
    feed_.add({room.data(), got}, arrived);
  }
  feed_.end(arrived);
}

}  // namespace weir::host
