// Bytes from a file, a pipe or a terminal. While a pipe is silent the idle function is called, and
// a signal to stop ends the bytes. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "file_descriptor.h"

namespace weir::host {

// What is read of a pipe after a signal: as much as the largest one holds, and no more, for its
// writer may never stop.
constexpr std::size_t kDrainBytes = 1u << 20;

class ByteSource {
 public:
  using Idle = std::function<void()>;

  ByteSource(std::string name, FileDescriptor file);

  void set_idle(Idle idle) { idle_ = std::move(idle); }

  // Up to `count` bytes from the front, which will be read again; fewer at the end,
  // and after a signal when a pipe has no more of them yet.
  std::string_view peek(std::size_t count);
  // 0 at the end, or when the program is to stop. Throws Failure(bad_input).
  std::size_t read(std::span<char> out);

  // What is there already, also after a signal; 0 when a pipe has nothing, or not yet.
  std::size_t read_ready(std::span<char> out);

  const std::string& name() const noexcept { return name_; }
  int descriptor() const noexcept { return file_.number(); }
  bool regular() const noexcept { return regular_; }
  std::uint64_t size() const noexcept { return size_; }  // 0 when it is not known
  std::uint64_t done() const noexcept { return done_; }  // bytes read

 private:
  bool wait();
  std::size_t read_file(std::span<char> out);
  std::size_t read_now(std::span<char> out) noexcept;

  std::string name_;
  FileDescriptor file_;
  bool regular_ = false;
  std::uint64_t size_ = 0;
  std::uint64_t done_ = 0;
  std::string peeked_;
  Idle idle_;
};

}  // namespace weir::host
