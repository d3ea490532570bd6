#include "input/followed_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace weir::host {
namespace {

constexpr std::size_t kBeginning = 256;  // two lines of most logs, with their times

}  // namespace

std::optional<FileState> state_of(const std::string& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileState{{status.st_dev, status.st_ino}, static_cast<std::uint64_t>(status.st_size)};
}

std::optional<FileState> state_of(int descriptor) noexcept {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileState{{status.st_dev, status.st_ino}, static_cast<std::uint64_t>(status.st_size)};
}

FollowedFile::FollowedFile(FileDescriptor file) : file_(std::move(file)) {
  struct stat status {};
  ::fstat(file_.number(), &status);
  identity_ = {status.st_dev, status.st_ino};
  regular_ = S_ISREG(status.st_mode);
}

bool FollowedFile::grown() const noexcept {
  struct stat status {};
  return ::fstat(file_.number(), &status) == 0 &&
         static_cast<std::uint64_t>(status.st_size) > so_far_.offset;
}

bool FollowedFile::unlinked() const noexcept {
  struct stat status {};
  return ::fstat(file_.number(), &status) == 0 && status.st_nlink == 0;
}

bool FollowedFile::resume(const ReadSoFar& before) {
  struct stat status {};
  const bool as_long = ::fstat(file_.number(), &status) == 0 &&
                       static_cast<std::uint64_t>(status.st_size) >= before.offset;
  if (!as_long || !begins_with(before.beginning)) return false;
  so_far_ = before;
  return true;
}

FollowedFile::Got FollowedFile::read(std::span<char> room) {
  Got got;
  const ssize_t size =
      ::pread(file_.number(), room.data(), room.size(), static_cast<off_t>(so_far_.offset));
  if (size < 0) {
    got.error = errno == EINTR || errno == EAGAIN ? 0 : errno;
    return got;
  }
  // Behind the read: what was truncated before it shows now.
  struct stat status {};
  if (::fstat(file_.number(), &status) == 0 &&
      (static_cast<std::uint64_t>(status.st_size) < so_far_.offset ||
       !begins_with(so_far_.beginning))) {
    so_far_ = {};
    got.restarted = true;
    return got;
  }
  got.bytes = {room.data(), static_cast<std::size_t>(size)};
  if (so_far_.offset == so_far_.beginning.size() && so_far_.offset < kBeginning) {
    so_far_.beginning += got.bytes.substr(0, kBeginning - so_far_.beginning.size());
  }
  so_far_.offset += got.bytes.size();
  return got;
}

// A file whose writer does not append leaves a hole when it is truncated, and is as long as it was.
bool FollowedFile::begins_with(std::string_view beginning) const {
  char now[kBeginning];
  const ssize_t size = ::pread(file_.number(), now, beginning.size(), 0);
  if (size < 0 || (size > 0 && now[0] == 0)) return true;
  return std::string_view(now, static_cast<std::size_t>(size)) == beginning;
}

}  // namespace weir::host
