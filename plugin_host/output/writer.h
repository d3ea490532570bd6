// Bytes to a file or standard output, through a buffer. It never throws: it is called from inside
// the library. After a failure it takes nothing more, and says why.
// Costs: a copy, and a write() a mebibyte or a flush(). One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "file_descriptor.h"

namespace weir::host {

class Writer {
 public:
  // `-` is standard output; else a file, which open() makes anew. An empty path is nowhere: bytes
  // are taken and forgotten.
  explicit Writer(const std::string& path);
  // REQUIRED before anything else: open_untouched(), which leaves what the file holds, and then
  // truncate(); or open(), which is both. Opening waits for the reader of a FIFO; after a signal to
  // stop it gives up silently, and then there is nothing to write. Throws Failure(runtime).
  void open_untouched();
  void truncate();
  void open() {
    open_untouched();
    truncate();
  }
  // Instead of truncate(): cuts the file off behind that many bytes and goes on there. REQUIRES:
  // keeps().
  void resume(std::uint64_t position);
  // What is still in the buffer is lost: flush() first.
  ~Writer() = default;

  bool append(std::string_view bytes) noexcept;
  bool flush() noexcept;
  // Flushes, and waits until a file is on its disk.
  bool sync() noexcept;
  // Flushes and closes, which is where some file systems tell that the disk is full.
  bool close() noexcept;

  int descriptor() const noexcept { return file_.number(); }
  // Whether it is a file of its own, which can be cut back.
  bool keeps() const noexcept;
  // Bytes taken so far, those before resume() too.
  std::uint64_t position() const noexcept { return position_; }
  bool failed() const noexcept { return error_number_ != 0; }
  // Such as "cannot write to 'x': no space left on device". REQUIRES: failed().
  std::string error() const;

 private:
  bool write_all(std::string_view bytes) noexcept;

  std::string path_;
  FileDescriptor file_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  std::uint64_t position_ = 0;
  int error_number_ = 0;
  bool named_ = false;  // its name is on the disk
};

}  // namespace weir::host
