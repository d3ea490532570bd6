// What a session tells while it runs: `--metrics`.
#include <fmt/format.h>

#include "run/session.h"

namespace weir::host {
namespace {

// Walking over all sources costs, where a pattern matches very many.
constexpr std::int64_t kPublish = 500'000'000;  // ns

// Why a run is not healthy; empty: it is.
std::string trouble_of(const Engine& engine, const RunMetrics& metrics) {
  if (std::string trouble = metrics.trouble(); !trouble.empty()) return trouble;
  const weir_stats stats = engine.stats();
  const std::uint64_t known = stats.rejected + stats.filtered + stats.passed + stats.taken;
  if (stats.events_in == known) return {};
  return fmt::format("events are not conserved: {} came in, and the fate of {} is known",
                     stats.events_in, known);
}

}  // namespace

// Before the outputs are emptied: an address that is taken must not cost what the run before wrote.
void Session::open_metrics() {
  if (options_.metrics.empty()) return;
  metrics_server_ = std::make_unique<MetricsServer>(options_.metrics);
  metrics_.emplace(clock_.now() - clock_.elapsed());
}

// When everything is there: from here on another thread looks at the engine.
void Session::start_metrics() {
  if (!metrics_server_) return;
  publish();
  metrics_server_->start({[this] { return engine_->metrics() + metrics_->text(); },
                          [this] { return trouble_of(*engine_, *metrics_); }});
  console_.line(fmt::format("metrics on http://{}/metrics", metrics_server_->address()));
}

void Session::publish() {
  if (!metrics_ || !engine_) return;
  RunPicture state;
  state.sources = source_reports();
  state.lines_out = engine_->lines_out();
  Writer* const rejects = rejects_.writer();
  if (output_.failed())
    state.trouble = output_.error();
  else if (rejects != nullptr && rejects->failed())
    state.trouble = rejects->error();
  if (checkpoint_) state.checkpoints = checkpoint_->counts();
  metrics_->publish(std::move(state));
}

void Session::publish_if_due() {
  if (!metrics_) return;
  const std::int64_t elapsed = clock_.elapsed();
  if (elapsed < next_publication_) return;
  next_publication_ = elapsed + kPublish;
  publish();
}

}  // namespace weir::host
