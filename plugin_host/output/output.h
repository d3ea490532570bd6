// Where the events of a run go: a file or standard output, or a peer over TCP. Taken from inside
// the library: what takes bytes never throws.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "output/tcp_writer.h"
#include "output/writer.h"

namespace weir::host {

constexpr std::size_t kOutputBuffer = std::size_t{8}
                                      << 20;  // a second of a hundred thousand events

// Whether `-o` names a peer.
bool is_tcp_output(std::string_view name) noexcept;
// Throws Failure(usage) when the name of a peer is wrong.
void check_output_name(const std::string& name);

class Output {
 public:
  // name: a path, `-`, tcp://HOST:PORT, or empty for nowhere. buffer: bytes, for TCP. show: is told
  // of a peer that is not there. REQUIRES: check_output_name().
  explicit Output(
      const std::string& name, std::size_t buffer = kOutputBuffer,
      TcpWriter::Show show = [](const std::string&) {});

  // As those of Writer. A peer is not waited for, and has nothing to truncate.
  void open_untouched();
  void truncate();
  void resume(std::uint64_t position);
  bool append(std::string_view bytes) noexcept;
  bool flush() noexcept;
  // Whether all that was taken is where it stays: on the disk, or with the peer's connection, which
  // is waited for no longer than a second.
  bool sync() noexcept;
  // The inputs have ended: from now on a peer that takes nothing is waited for no longer than 10 s.
  void expect_end() noexcept;
  bool close() noexcept;
  bool failed() const noexcept;
  std::string error() const;

  // Of a file or standard output, else -1.
  int descriptor() const noexcept;
  // As those of Writer; no peer can be cut back.
  bool keeps() const noexcept;
  std::uint64_t position() const noexcept;
  // Of a peer.
  std::optional<OutputCounts> counts() const;

 private:
  std::variant<Writer, TcpWriter> to_;
};

}  // namespace weir::host
