// Bytes from a file, a pipe or a terminal, decompressed if they are compressed: of a file by a
// thread of its own. While a pipe is silent the idle function is called, and a signal to stop ends
// the bytes. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "file_descriptor.h"
#include "input/compression.h"
#include "input/read_ahead.h"

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
  // and after a signal when a pipe has no more of them yet. Throws as read().
  std::string_view peek(std::size_t count);
  // 0 at the end, or when the program is to stop. Throws Failure(bad_input).
  std::size_t read(std::span<char> out);

  // What is there already, also after a signal; 0 when a pipe has nothing, or not yet, or no more.
  // A failure waits for read().
  std::size_t read_ready(std::span<char> out);
  // Whether read() would not wait: bytes are held here, the end has come, or a failure.
  bool ready() const noexcept;

  // Its first bytes as they are in the file, up to `count`. REQUIRES: regular(). Throws as read().
  std::string beginning(std::size_t count);
  // Goes on behind that many decompressed bytes. REQUIRES: regular(), nothing has been read. Throws
  // as read(), also when there are fewer.
  void skip(std::uint64_t bytes);

  // A file's descriptor goes back until it is read, for there may be more files than descriptors.
  // REQUIRES: nothing has been read. Does nothing to what is no regular file, named.
  void park() noexcept;
  // What it holds goes back; what it counts stays. Nothing more may be read.
  void close() noexcept;

  const std::string& name() const noexcept { return name_; }
  int descriptor() const noexcept { return file_.number(); }
  bool regular() const noexcept { return regular_; }
  std::uint64_t size() const noexcept { return size_; }  // 0 when it is not known
  std::uint64_t done() const noexcept { return done_; }  // bytes read, as they are in the file
  std::int64_t modified() const noexcept { return modified_; }  // a file: when, ns since the epoch

 private:
  bool begin(bool may_wait);
  void begin_decompression(Compression kind);
  std::size_t decompress(std::span<char> out);
  std::size_t take_peeked(std::span<char> out);
  bool wait();
  std::size_t read_file(std::span<char> out);
  std::size_t read_now(std::span<char> out) noexcept;

  std::string name_;
  FileDescriptor file_;
  bool regular_ = false;
  bool begun_ = false;  // whether it is compressed is known
  bool ended_ = false;  // for read_now()
  std::uint64_t size_ = 0;
  std::uint64_t done_ = 0;
  std::int64_t modified_ = 0;
  std::string peeked_;
  Idle idle_;
  std::exception_ptr failure_;
  std::unique_ptr<Decompression> decompression_;
  std::unique_ptr<ReadAhead> ahead_;  // which uses the file and the decompression
};

}  // namespace weir::host
