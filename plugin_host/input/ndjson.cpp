#include "input/ndjson.h"

#include <cstring>

#include "failure.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::size_t kBlock = 1u << 20;  // past 256 KiB a larger one gains little
// The library takes a line of up to 4 MiB, and begins to reject one that is longer.
constexpr std::size_t kMaxBuffer = 4 * WEIR_MAX_EVENT_BYTES;

}  // namespace

NdjsonReader::NdjsonReader(ByteSource& source, Engine& engine)
    : source_(source), engine_(engine), buffer_(kBlock) {
  position_.source = source.name();
}

bool NdjsonReader::step() {
  if (used_ == buffer_.size()) {
    if (used_ >= kMaxBuffer) {
      throw Failure(Exit::runtime, "'" + source_.name() + "': a line without end was not taken");
    }
    buffer_.resize(buffer_.size() * 2);
  }
  const std::size_t got = source_.read({buffer_.data() + used_, buffer_.size() - used_});
  used_ += got;
  const bool ended = got == 0;
  // Stopped in the middle of a line: the part that came is no event.
  feed(ended && !stop_requested());
  return !ended;
}

void NdjsonReader::feed(bool last) {
  if (used_ == 0 && !last) return;
  const std::size_t consumed = engine_.feed_ndjson({buffer_.data(), used_}, last, position_);
  used_ -= consumed;
  if (consumed != 0) std::memmove(buffer_.data(), buffer_.data() + consumed, used_);
}

}  // namespace weir::host
