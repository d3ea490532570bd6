// A file descriptor that closes itself, and files read whole.
#pragma once

#include <string>
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
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
  bool owned_ = true;
};

// Opens for reading; `-` is standard input. Throws Failure(bad_input).
FileDescriptor open_for_reading(const std::string& path);

// The whole of a file, or of standard input for `-`. Throws Failure(bad_input).
std::string read_file(const std::string& path);

}  // namespace weir::host
