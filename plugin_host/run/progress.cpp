#include "run/progress.h"

#include <fmt/format.h>

#include "run/report.h"

namespace weir::host {
namespace {

constexpr std::int64_t kInterval = 100'000'000;  // ten times a second

}  // namespace

Progress::Progress(Console& console, const Clock& clock, const Engine& engine,
                   std::uint64_t total_bytes)
    : console_(console), clock_(clock), engine_(engine), total_(total_bytes) {}

void Progress::show(std::uint64_t bytes) noexcept {
  if (!console_.shows_progress()) return;
  const std::int64_t elapsed = clock_.elapsed();
  if (elapsed < next_) return;
  next_ = elapsed + kInterval;
  try {
    const double seconds = static_cast<double>(elapsed) * 1e-9;
    const weir_stats stats = engine_.stats();
    std::string text = bytes_text(static_cast<double>(bytes));
    if (total_ != 0) {
      text += fmt::format(" of {} ({:.0f}%)", bytes_text(static_cast<double>(total_)),
                          100.0 * static_cast<double>(bytes) / static_cast<double>(total_));
    }
    text += fmt::format(", {}/s, {} events, {:.0f}/s, {}",
                        bytes_text(static_cast<double>(bytes) / seconds), stats.events_in,
                        static_cast<double>(stats.events_in) / seconds,
                        reduction_text(stats.events_in - stats.rejected, engine_.lines_out()));
    console_.progress(text);
  } catch (...) {  // progress is a courtesy: what is wrong shows elsewhere
  }
}

}  // namespace weir::host
