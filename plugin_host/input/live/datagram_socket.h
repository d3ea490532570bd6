// A UDP or Unix socket whose datagrams are NetFlow, or messages in a line format; many datagrams a
// system call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>

#include "file_descriptor.h"
#include "input/input.h"
#include "input/live/reception.h"
#include "input/live/unix_socket.h"
#include "input/netflow/decoder.h"
#include "run/intake.h"

namespace weir::host {

class DatagramSocket {
 public:
  // Binds at once, so that nothing is lost while files are read. Throws Failure(bad_input).
  explicit DatagramSocket(const InputName& name);

  int descriptor() const noexcept { return socket_.number(); }
  // The address that it is bound to, with the port that the system chose for port 0.
  const std::string& address() const noexcept { return address_; }
  const std::string& name() const noexcept { return name_; }
  std::uint64_t datagrams() const noexcept { return datagrams_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  // Events among the text messages that were rejected.
  std::uint64_t rejected() const noexcept { return rejected_; }
  // Datagrams that the system threw away, for the receive buffer was full: as told with those that
  // were received, and when it was asked last. A Unix socket lets its senders wait instead, so
  // there are none.
  std::uint64_t dropped() const noexcept { return dropped_; }
  // Also those that were thrown away since the last one received.
  void ask_dropped() noexcept;
  // Of the receive buffer that was asked for; less when net.core.rmem_max capped it.
  std::size_t buffer_size() const noexcept { return buffer_size_; }
  bool buffer_capped() const noexcept;
  // "netflow", a line format, "mixed", or "unknown" while nothing has come.
  std::string format() const;

  // Takes what has arrived, at most a batch, while `more` says so, which is asked between
  // datagrams: the rest of the batch waits for the next call. False when there is no more for now.
  bool receive(Reception& reception, Decoder& decoder, const std::function<bool()>& more);

 private:
  // Room for the one number that the system tells beside a datagram.
  struct Control {
    alignas(cmsghdr) unsigned char bytes[CMSG_SPACE(sizeof(std::uint32_t))];
  };
  bool fill();
  void prepare_messages();
  void read_drops(msghdr& message) noexcept;
  void count_drops(std::uint32_t drops) noexcept;
  void bind_to(const InputName& name);
  void take(std::size_t i, Reception& reception, Decoder& decoder);
  void take_text(std::string_view text, bool cut, Reception& reception);
  Intake& intake(Format format, Reception& reception);
  void deliver();

  std::string name_;
  std::string address_;
  FileDescriptor socket_;
  SocketFile file_;
  std::vector<std::uint8_t> memory_;
  std::vector<iovec> parts_;
  std::vector<sockaddr_storage> senders_;
  std::vector<mmsghdr> messages_;
  std::vector<Control> controls_;
  std::size_t count_ = 0;                                  // in the batch
  std::size_t next_ = 0;                                   // of them, to be taken
  std::array<std::unique_ptr<Intake>, kFormats> intakes_;  // of each format that came
  Intake* filled_ = nullptr;                               // holds messages of the batch
  bool netflow_came_ = false;
  std::size_t buffer_size_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint32_t last_drops_ = 0;
};

}  // namespace weir::host
