// What the server tells while it runs: news on standard output, warnings and exchanges on standard
// error. Never throws, and ignores errors: where nobody reads there is nobody to tell.
#pragma once

#include <string_view>

namespace weir::host::tracer {

class Journal {
 public:
  Journal(bool quiet, bool debug) noexcept : quiet_(quiet), debug_(debug) {}

  void news(std::string_view line) const noexcept;
  void warning(std::string_view line) const noexcept;  // also when it is quiet
  bool debug() const noexcept { return debug_; }
  // REQUIRES: debug(). bytes: lines, whose control characters are escaped.
  void exchange(std::string_view peer, char direction, std::string_view bytes) const;

 private:
  const bool quiet_;
  const bool debug_;
};

}  // namespace weir::host::tracer
