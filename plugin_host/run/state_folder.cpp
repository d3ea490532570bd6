#include "run/state_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "failure.h"
#include "output/whole_file.h"

namespace weir::host {
namespace {

Failure cannot_use(const std::string& path, int error) {
  return Failure(Exit::runtime,
                 fmt::format("cannot keep the state in '{}': {}", path, error_text(error)));
}

// The number of the process that holds the lock, as it wrote it.
std::string holder(int lock) {
  char text[16];
  const ssize_t got = ::pread(lock, text, sizeof text, 0);
  return got > 0
             ? fmt::format(" (process {})", std::string_view(text, static_cast<std::size_t>(got)))
             : std::string{};
}

FileDescriptor make_lock(const std::string& path) {
  const std::string name = path + "/lock";
  FileDescriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.open()) throw cannot_use(path, errno);
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw cannot_use(path, errno);
    throw Failure(Exit::runtime,
                  fmt::format("the state in '{}' is in use by another run{}; end that, or name "
                              "another folder with --state",
                              path, holder(lock.number())));
  }
  const std::string number = std::to_string(::getpid());
  if (::ftruncate(lock.number(), 0) != 0 || !write_all(lock.number(), number)) {
    // The number is for the message only.
  }
  return lock;
}

}  // namespace

StateFolder::StateFolder(const std::string& path) : path_(path), file_(path + "/state") {
  if (::mkdir(path.c_str(), 0700) == 0) {
    sync_name(path.substr(0, path.find_last_not_of('/') + 1));
  } else if (errno != EEXIST) {
    throw cannot_use(path, errno);
  }
  folder_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.open()) throw cannot_use(path, errno);
  lock_ = make_lock(path);
}

std::optional<StoredState> StateFolder::load() const {
  const FileDescriptor file(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return std::nullopt;
  struct stat status {};
  if (!file.open() || ::fstat(file.number(), &status) != 0) throw cannot_use(path_, errno);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t got = ::read(file.number(), bytes.data() + at, bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw cannot_use(path_, errno);
    if (got == 0) bytes.resize(at);
    at += static_cast<std::size_t>(got);
  }
  std::optional<StoredState> state(std::in_place);
  const std::string problem = read_state(bytes, *state);
  if (problem.empty()) return state;
  throw Failure(
      Exit::bad_input,
      fmt::format("cannot go on from '{0}': {1}; remove it to begin anew, with an empty output",
                  file_, problem));
}

void StateFolder::save(const RunState& state, std::string_view engine) {
  const std::string made = file_ + ".new";
  const std::string head = state_head(state, engine);
  ByteWriter end;
  end.number(state_checksum(head, engine));
  FileDescriptor file(::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool good = file.open() && write_all(file.number(), head) &&
                    write_all(file.number(), engine) && write_all(file.number(), end.bytes()) &&
                    ::fsync(file.number()) == 0 && ::rename(made.c_str(), file_.c_str()) == 0 &&
                    ::fsync(folder_.number()) == 0;
  if (good) return;
  const int error = errno;
  ::unlink(made.c_str());
  throw Failure(Exit::runtime,
                fmt::format("cannot write the state to '{}': {}", file_, error_text(error)));
}

}  // namespace weir::host
