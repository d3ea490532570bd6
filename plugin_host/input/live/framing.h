// A stream's bytes to the messages in it. Two framings, told apart where each frame begins, as RFC
// 6587 describes them: octet counting, `LEN SP MSG`, when the frame begins with a digit from 1 to
// 9, more digits and a blank; else a message ends in LF, CR LF or NUL (3.4.2).
//
// Costs: one search for the end of each line; an unfinished line is not searched again. Allocates
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::host {

constexpr std::size_t kMaxFrame = std::size_t{4} << 20;  // WEIR_MAX_EVENT_BYTES

// What `LEN SP` says at the beginning of a frame.
struct FrameCount {
  std::size_t header = 0;  // bytes of it
  std::size_t size = 0;    // of the message; anything above kMaxFrame is only known to be more
};
// None when the bytes are no count. `more`: they may become one.
std::optional<FrameCount> frame_count(std::string_view bytes, bool& more) noexcept;

struct Frame {
  enum class Kind : std::uint8_t {
    none,     // more bytes are needed
    lines,    // whole lines, each ending in LF but for the very last of the stream
    part,     // of a line beyond kMaxFrame, whose end is yet to come
    message,  // one, without what ended it
    wrong     // the frame's count cannot be true: the stream is lost, and the reason says why
  };
  Kind kind = Kind::none;
  std::string_view text;
  std::size_t size = 0;  // bytes of the stream that it took
  enum class Wrong : std::uint8_t { none, too_long, cut_off } reason = Wrong::none;
  std::size_t claimed = 0;  // of a wrong frame: the count
};

class Framer {
 public:
  // counts: whether frames may have a count. Those of a format whose lines begin with numbers may
  // not.
  explicit Framer(bool counts) noexcept : counts_(counts) {}

  // The next of the bytes, which begin where the last frame ended; after `none` with more behind
  // them. last: no more will come.
  Frame next(std::string_view bytes, bool last) noexcept;
  // How many bytes there must be before next() can say more than `none` without a line's end.
  std::size_t wanted() const noexcept { return wanted_; }

 private:
  Frame counted(const FrameCount& count, std::string_view bytes, bool last) noexcept;
  Frame lines(std::string_view bytes, bool last) noexcept;
  Frame rest(std::string_view bytes, bool last) noexcept;

  bool counts_;
  bool in_part_ = false;      // of a line beyond kMaxFrame
  std::size_t searched_ = 0;  // of the unfinished line, without an end
  std::size_t wanted_ = 0;
};

}  // namespace weir::host
