// How inputs that can wait are held back while rules that ask over the network have no room.
#include <algorithm>
#include <chrono>
#include <thread>

#include "run/engine.h"
#include "run/stop.h"

namespace weir::host {
namespace {

// Enough that a call costs nothing beside its events.
constexpr std::size_t kAtOnce = WEIR_CHUNK_EVENTS;

}  // namespace

// Half of what a rule may hold: the other half keeps its connections busy meanwhile.
void Engine::find_asking() {
  std::size_t most = kAllLines;
  const auto rules = enrichment_stats();
  asking_.clear();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const weir_enrichment_stats& rule = rules[i];
    if (rule.held == 0 && rule.room == 0) continue;  // it asks nobody
    asking_.push_back(i);
    most = std::min<std::size_t>(
        most, std::clamp<std::uint64_t>((rule.held + rule.room) / 2, 1, kAtOnce));
  }
  at_once_ = most;
}

bool Engine::has_room() const {
  const std::size_t wanted = at_once_;
  return std::all_of(asking_.begin(), asking_.end(), [&](std::uint64_t place) {
    const weir_enrichment_stats rule = enrichment_stats(place).value_or(weir_enrichment_stats{});
    return rule.held == 0 || rule.room >= wanted;
  });
}

void Engine::make_room() {
  if (at_once() == kAllLines) return;
  while (!has_room() && !stop_requested()) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    offer_waiting();
  }
}

}  // namespace weir::host
