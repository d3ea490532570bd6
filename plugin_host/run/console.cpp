#include "run/console.h"

#include <unistd.h>

#include <cstdio>

namespace weir::host {
namespace {

void write(std::string_view text) noexcept { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

Console::Console(ProgressMode mode) noexcept
    : progress_(mode == ProgressMode::always ||
                (mode == ProgressMode::automatic && ::isatty(STDERR_FILENO) == 1)) {}

void Console::line(std::string_view text) noexcept {
  const std::lock_guard lock(mutex_);
  wipe();
  write(text);
  write("\n");
  std::fflush(stderr);
}

void Console::progress(std::string_view text) noexcept {
  if (!progress_) return;
  const std::lock_guard lock(mutex_);
  write("\r\x1b[K");
  write(text);
  std::fflush(stderr);
  drawn_ = true;
}

void Console::clear() noexcept {
  const std::lock_guard lock(mutex_);
  wipe();
}

void Console::wipe() noexcept {
  if (drawn_) write("\r\x1b[K");
  drawn_ = false;
}

void print_error(std::string_view message) noexcept {
  write("weir: ");
  write(message);
  write("\n");
  std::fflush(stderr);
}

}  // namespace weir::host
