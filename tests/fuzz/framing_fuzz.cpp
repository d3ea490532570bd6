// Any bytes as a stream of messages: every byte is of exactly one frame, and the frames are the
// same whichever way the stream is cut. The first byte says how, and whether frames may have
// counts.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "input/live/framing.h"

namespace {

using namespace weir::host;

// Lines one by one: how many come together depends on the cuts.
void print(std::string& to, const Frame& frame) {
  if (frame.kind == Frame::Kind::message) to.append("message ").append(frame.text).append("\n\n");
  if (frame.kind == Frame::Kind::lines) to += frame.text;
  if (frame.kind == Frame::Kind::wrong) to += "wrong";
}

std::string frames(std::string_view stream, std::size_t piece, bool counts) {
  Framer framer(counts);
  std::string found;
  std::size_t begin = 0, end = 0;
  for (;;) {
    const bool last = end == stream.size();
    // A block of its own, whose end a sanitizer knows.
    const std::string bytes(stream.substr(begin, end - begin));
    const Frame frame = framer.next(bytes, last);
    if (frame.size > bytes.size()) std::abort();
    if (frame.text.size() > frame.size) std::abort();
    print(found, frame);
    begin += frame.size;
    if (frame.kind == Frame::Kind::wrong) return found;
    if (frame.kind == Frame::Kind::none) {
      if (last) {
        if (begin != stream.size()) std::abort();
        return found;
      }
      end = std::min(stream.size(), end + piece);
    } else if (frame.size == 0) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool counts = data[0] % 2 == 0;
  if (frames(stream, size, counts) != frames(stream, 1 + data[0] / 2, counts)) std::abort();
  return 0;
}
