// The rule document of a run, read again at SIGHUP and, when it is asked for, whenever it changes
// or a file that it names. A document that is bad, or cannot be read, changes nothing; what came of
// a reload is told in any case. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "library.h"
#include "run/console.h"
#include "run/engine.h"
#include "run/watched_files.h"

namespace weir::host {

class RuleReload {
 public:
  // Reads the document. rules: its path, or `-`, which cannot be read again. Throws Failure:
  // bad_input, or interrupted. The references must outlive this.
  RuleReload(const Library& library, std::string rules, bool watch, Console& console);

  // What was read at first.
  const std::string& document() const noexcept { return document_; }

  // Between two calls that feed. now: of Clock::elapsed(). Throws Failure(runtime) when what a
  // reload closes finds no output.
  void step(Engine& engine, std::int64_t now);

 private:
  void watch_named(const std::string& document);
  bool load(Engine& engine);
  void tell(const weir_stats& before, const weir_stats& now);

  const Library& library_;
  const std::string rules_;
  Console& console_;
  std::optional<WatchedFiles> files_;
  std::string document_;
};

}  // namespace weir::host
