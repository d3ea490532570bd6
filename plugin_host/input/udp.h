// A UDP socket that receives NetFlow, many datagrams a system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>

#include "file_descriptor.h"
#include "input/input.h"
#include "input/netflow/decoder.h"

namespace weir::host {

class UdpInput {
 public:
  // Binds at once, so that nothing is lost while files are read. Throws Failure(bad_input).
  explicit UdpInput(const InputName& name);

  int descriptor() const noexcept { return socket_.number(); }
  // The address that it is bound to, with the port that the system chose for port 0.
  const std::string& address() const noexcept { return address_; }
  const std::string& name() const noexcept { return name_; }
  std::uint64_t datagrams() const noexcept { return datagrams_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  // Datagrams that the system threw away because the receive buffer was full, as told with the last
  // one received: those after it are not known.
  std::uint64_t dropped() const noexcept { return dropped_; }
  // Of the receive buffer that was asked for; less when net.core.rmem_max capped it.
  std::size_t buffer_size() const noexcept { return buffer_size_; }
  bool buffer_capped() const noexcept;

  // Decodes what has arrived, at most a batch, while `more` says so, which is asked between
  // datagrams: the rest of the batch waits for the next call. False when there is no more for now.
  bool receive(Decoder& decoder, const std::function<bool()>& more);

 private:
  // Room for the one number that the system tells beside a datagram.
  struct Control {
    alignas(cmsghdr) unsigned char bytes[CMSG_SPACE(sizeof(std::uint32_t))];
  };
  bool fill();
  void prepare_messages();
  void count_drops(msghdr& message) noexcept;
  void bind_to(const InputName& name);
  void name_address();

  std::string name_;
  std::string address_;
  FileDescriptor socket_;
  std::vector<std::uint8_t> memory_;
  std::vector<iovec> parts_;
  std::vector<sockaddr_storage> senders_;
  std::vector<mmsghdr> messages_;
  std::vector<Control> controls_;
  std::size_t count_ = 0;  // in the batch
  std::size_t next_ = 0;   // of them, to be decoded
  std::size_t buffer_size_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint32_t last_drops_ = 0;
};

}  // namespace weir::host
