// What a run adds to the metrics of its engine: its inputs, its lines, its process.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "run/checkpoint.h"
#include "run/report.h"

namespace weir::host {

// As the run stands; the thread that runs it says so now and then.
struct RunPicture {
  std::vector<SourceReport> sources;
  std::uint64_t lines_out = 0;
  std::string trouble;                          // why it is not healthy; empty: it is
  std::optional<CheckpointCounts> checkpoints;  // none without a state
};

// Any thread.
class RunMetrics {
 public:
  // started: of the process, ns since the epoch.
  explicit RunMetrics(std::int64_t started) : started_(started) {}

  void publish(RunPicture state);
  // In the exposition format of Prometheus, version 0.0.4. docs/metrics.md has the names.
  std::string text() const;
  std::string trouble() const;

 private:
  const std::int64_t started_;
  mutable std::mutex mutex_;
  RunPicture state_;
};

// A label's value with its quotes: escaped, and what is no UTF-8 replaced by U+FFFD.
std::string label_text(std::string_view value);

}  // namespace weir::host
