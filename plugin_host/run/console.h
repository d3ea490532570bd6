// Standard error: messages a line each, and on a terminal one progress line, rewritten in place.
// Never throws, and ignores errors: where standard error is gone there is nobody to tell. Any
// thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

namespace weir::host {

enum class ProgressMode : std::uint8_t { automatic, always, never };

class Console {
 public:
  explicit Console(ProgressMode mode) noexcept;
  ~Console() { clear(); }

  bool shows_progress() const noexcept { return progress_; }
  // A line of its own; the progress line makes way.
  void line(std::string_view text) noexcept;
  // Replaces the progress line.
  void progress(std::string_view text) noexcept;
  void clear() noexcept;

 private:
  void wipe() noexcept;

  const bool progress_;
  std::mutex mutex_;  // guards the lines, so that they stay whole, and what follows
  bool drawn_ = false;
};

// `weir: ` and the message, as every error is shown.
void print_error(std::string_view message) noexcept;

}  // namespace weir::host
