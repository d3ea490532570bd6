// One connection that sends lines or counted messages. It has memory for its unfinished line and
// for no more, so a silent one costs little.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "file_descriptor.h"
#include "input/live/framing.h"
#include "input/live/reception.h"
#include "run/intake.h"

namespace weir::host {

class Connection {
 public:
  // name: of the listener and the peer, for rejected lines.
  Connection(FileDescriptor socket, std::string name, Reception& reception);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  int descriptor() const noexcept { return socket_.number(); }
  const std::string& name() const noexcept { return name_; }

  // Reads once and feeds what is whole. False when the connection has ended, or must be closed for
  // what it sent: then everything is fed. Throws Failure when the engine fails.
  bool receive();
  // Reads what has come by now, and no more, while `in_time` says so; then its last line has ended.
  // False when the connection has ended, too.
  template <typename InTime>
  bool drain(const InTime& in_time) {
    const std::uint64_t end = bytes_ + waiting();
    while (bytes_ < end && in_time()) {
      if (!receive()) return false;
    }
    finish();
    return !ended();
  }
  // Rejects the unfinished line, and reads no more.
  void give_up(std::string_view reason);

  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t events() const noexcept { return intake_ ? intake_->events() : 0; }
  // Memory of the unfinished line.
  std::size_t held() const noexcept { return rest_.capacity(); }

 private:
  std::size_t waiting() const noexcept;
  bool ended() const noexcept;
  void finish();
  void take(std::string_view more);
  void keep(std::string_view rest);
  void grow();
  void release() noexcept;
  bool worth_feeding(std::string_view more) const noexcept;
  std::size_t feed(std::string_view bytes, bool last);
  bool begin(std::string_view bytes, bool last, std::size_t& at);
  void feed(const Frame& frame, bool last, std::int64_t arrived);
  void reject(const Frame& frame, std::int64_t arrived);

  FileDescriptor socket_;
  std::string name_;
  Reception& reception_;
  std::optional<Intake> intake_;  // once the format is known
  Framer framer_{true};
  std::vector<char> rest_;  // the unfinished line, and behind it room
  std::size_t used_ = 0;    // of the rest
  std::uint64_t bytes_ = 0;
  bool broken_ = false;
};

}  // namespace weir::host
