#include "rule/lookup_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace weir::rule {

namespace {

constexpr std::size_t most_file_bytes = std::size_t{1} << 30;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

std::string last_error() { return std::generic_category().message(errno); }

}  // namespace

std::string resolve_path(std::string_view directory, const std::string& path) {
  return (std::filesystem::path(directory) / path).string();
}

std::optional<FileText> read_file(const std::string& path, std::string& problem) {
  // Not blocking: a pipe would wait for somebody who writes.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about {};
  if (file.number() < 0 || fstat(file.number(), &about) != 0) {
    problem = last_error();
    return std::nullopt;
  }
  if (!S_ISREG(about.st_mode)) {
    problem = "it is no regular file";
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > most_file_bytes) {
    problem = fmt::format("it has {} bytes, and at most {} are read", size, most_file_bytes);
    return std::nullopt;
  }
  FileText text{std::make_unique_for_overwrite<char[]>(size + 1), 0};
  while (text.size < size) {
    const ssize_t got = read(file.number(), text.bytes.get() + text.size, size - text.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      problem = last_error();
      return std::nullopt;
    }
    if (got == 0) break;  // it has become shorter
    text.size += static_cast<std::size_t>(got);
  }
  return text;
}

}  // namespace weir::rule
