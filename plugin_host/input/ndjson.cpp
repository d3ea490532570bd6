#include "input/ndjson.h"

#include <cstring>

#include "failure.h"
#include "input/beginning.h"
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
  make_room();
  const std::size_t got = source_.read({buffer_.data() + used_, buffer_.size() - used_});
  used_ += got;
  if (got == 0 && stop_requested()) {
    drain();
  } else {
    feed(got == 0);
  }
  return got != 0;
}

void NdjsonReader::make_room() {
  if (used_ < buffer_.size()) return;
  if (used_ >= kMaxBuffer) {
    throw Failure(Exit::runtime, "'" + source_.name() + "': a line without end was not taken");
  }
  buffer_.resize(buffer_.size() * 2);
}

void NdjsonReader::drain() {
  if (source_.regular()) return;
  for (std::size_t total = 0; total < kDrainBytes;) {
    make_room();
    const std::size_t got = source_.read_ready({buffer_.data() + used_, buffer_.size() - used_});
    if (got == 0) break;
    total += got;
    used_ += got;
    feed(false);
  }
  feed(true);
}

// The first bytes of the source: false when more of them are needed.
bool NdjsonReader::begun(bool last) {
  if (begun_) return true;
  const auto skip = beginning_to_skip({buffer_.data(), used_}, last, source_.name());
  if (!skip) return false;
  begun_ = true;
  used_ -= *skip;
  std::memmove(buffer_.data(), buffer_.data() + *skip, used_);
  return true;
}

void NdjsonReader::feed(bool last) {
  if (!begun(last)) return;
  if (used_ == 0 && !last) return;
  const std::size_t consumed = engine_.feed_ndjson({buffer_.data(), used_}, last, position_);
  used_ -= consumed;
  if (consumed != 0) std::memmove(buffer_.data(), buffer_.data() + consumed, used_);
}

}  // namespace weir::host
