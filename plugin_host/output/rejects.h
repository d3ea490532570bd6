// Lines that could not be read: the first few are shown, all are counted, and `--rejects FILE`
// keeps them as lines of JSON: {"source", "line", "reason", "text"}. Never throws: it is called
// from inside the library. Of a line that is too long the first 4 MiB are kept: how much of it has
// been read when it is rejected depends on how it came.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "output/writer.h"

namespace weir::host {

class Rejects {
 public:
  using Show = std::function<void(const std::string&)>;

  // An empty path: they are not kept.
  Rejects(const std::string& path, Show show);

  // False when the file cannot be written.
  bool add(std::string_view source, std::uint64_t line, std::string_view reason,
           std::string_view text) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  // As many were counted, and shown, before.
  void resume(std::uint64_t count) noexcept { count_ = count; }
  Writer* writer() noexcept { return writer_.get(); }
  const Writer* writer() const noexcept { return writer_.get(); }

 private:
  std::unique_ptr<Writer> writer_;
  Show show_;
  std::uint64_t count_ = 0;
};

}  // namespace weir::host
