#include "output/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "failure.h"
#include "file_descriptor.h"
#include "output/writer.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;      // as many as the kernel follows
constexpr int kMaxLeftOver = 100;  // more than that is no accident

Failure cannot_write(const std::string& path, const std::string& reason) {
  return Failure(Exit::runtime, fmt::format("cannot write to '{}': {}", path, reason));
}

struct Made {
  std::string path;
  FileDescriptor file;
};

// A new file. The process's number keeps two runs with one path apart, and a counter those that
// have the same number: one that was killed may have left its file.
Made make_beside(const std::string& path, const std::string& target, mode_t mode) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  Made made{fmt::format("{}.{}.new", target, ::getpid()), {}};
  for (int attempt = 1;; ++attempt) {
    made.file = FileDescriptor(::open(made.path.c_str(), flags, mode));
    if (made.file.open()) return made;
    if (errno != EEXIST || attempt == kMaxLeftOver) throw cannot_write(path, error_text(errno));
    made.path = fmt::format("{}.{}.{}.new", target, ::getpid(), attempt);
  }
}

void write_in_place(const std::string& path, const std::string& text) {
  Writer writer(path);
  writer.open_untouched();
  if (writer.descriptor() < 0) throw cannot_write(path, "nobody reads it");
  if (!writer.append(text) || !writer.close()) throw Failure(Exit::runtime, writer.error());
}

void write_and_rename(const std::string& path, const std::string& target, const std::string& text,
                      mode_t mode) {
  auto [made, file] = make_beside(path, target, mode);
  bool good = write_all(file.number(), text);
  int error = errno;
  if (::close(file.release()) != 0 && good) {
    good = false;
    error = errno;
  }
  if (good && std::rename(made.c_str(), target.c_str()) == 0) return;
  if (good) error = errno;
  ::unlink(made.c_str());
  throw cannot_write(path, error_text(error));
}

// 0 when nothing is there.
mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}

}  // namespace

std::string resolve_path(const std::string& path) {
  std::error_code error;
  fs::path at = path;
  for (int links = 0; fs::is_symlink(fs::symlink_status(at, error)); ++links) {
    if (links == kMaxLinks) {
      throw Failure(Exit::usage, fmt::format("'{}' is a link that leads nowhere", path));
    }
    // A link of /proc names an open file, and may be no path.
    const fs::path whole = fs::canonical(at, error);
    if (!error) return whole.string();
    const fs::path target = fs::read_symlink(at, error);
    if (error) break;
    at = target.is_absolute() ? target : at.parent_path() / target;
  }
  const fs::path whole = fs::weakly_canonical(fs::absolute(at, error), error);
  return error ? at.string() : whole.string();
}

void probe_whole(const std::string& path) {
  if (find_standard_stream(path).open()) return;
  const mode_t mode = mode_of(path);
  if (mode != 0 && S_ISDIR(mode)) throw cannot_write(path, "it is a directory; name a file");
  if (mode != 0 && !S_ISREG(mode)) {
    if (::access(path.c_str(), W_OK) != 0) throw cannot_write(path, error_text(errno));
    return;
  }
  ::unlink(make_beside(path, resolve_path(path), 0644).path.c_str());
}

void sync_name(const std::string& path) noexcept {
  const std::size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.open()) ::fsync(file.number());
}

void write_whole(const std::string& path, const std::string& text) {
  const mode_t mode = mode_of(path);
  const bool in_place = (mode != 0 && !S_ISREG(mode)) || find_standard_stream(path).open();
  if (in_place) return write_in_place(path, text);
  const std::string target = resolve_path(path);
  const mode_t there = mode_of(target);
  if (there != 0 && !S_ISREG(there)) throw cannot_write(path, "it is no regular file");
  write_and_rename(path, target, text, mode == 0 ? 0644 : mode & 0777);
}

}  // namespace weir::host
