// A file descriptor that closes itself, the limit on their number, and files read and written
// whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace weir::host {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number, bool owned = true) noexcept
      : number_(number), owned_(owned) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)), owned_(other.owned_) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~FileDescriptor();

  int number() const noexcept { return number_; }
  bool open() const noexcept { return number_ >= 0; }
  bool owned() const noexcept { return owned_; }
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
  bool owned_ = true;
};

// Opens for reading; `-` is standard input. Does not wait for the writer of a FIFO: poll() does,
// and a signal can end that. Throws Failure(bad_input).
FileDescriptor open_for_reading(const std::string& path);

// Standard error or output, if that is what the path names: /dev/stderr, or the file that a shell
// has directed it to. Opened anew such a file would be written from its beginning, over what others
// have written there. Not open when the path is something else, or a device.
FileDescriptor find_standard_stream(const std::string& path) noexcept;

constexpr std::size_t kMaxDocument = std::size_t{16} << 20;  // a thousand times a large rule file

// The whole of a document, of up to 16 MiB, or of standard input for `-`. What is no regular file
// has no end that one could rely on, and is refused. Throws Failure: bad_input, or interrupted when
// a signal came while standard input was read.
std::string read_file(const std::string& path);

// To a file. False: errno has the reason.
bool write_all(int file, std::string_view bytes) noexcept;

// Lets the process have that many descriptors, or as many as it may. Returns how many it may have
// now.
std::size_t raise_file_limit(std::size_t wanted) noexcept;

// What a path is if it is neither a file nor a folder: "a pipe", "a device", "a socket".
const char* kind_name(unsigned mode) noexcept;

}  // namespace weir::host
