// What of enrichment rules lasts over a reload.

#include <fmt/format.h>

#include <memory>

#include "engine/engine.h"

namespace weir::engine {

Lasting Engine::lasting_of(const Sources& sources) {
  const Lasting& before = sources_.lasting;
  Lasting lasting;
  for (const enrich::Settings* rule : enrichments_of(sources)) {
    const auto tally = before.tallies.find(rule->name);
    lasting.tallies.emplace(
        rule->name, tally != before.tallies.end() ? tally->second : std::make_shared<Tally>());
    if (!enrich::is_remote(rule->kind)) continue;
    const auto client = before.clients.find(rule->name);
    if (client != before.clients.end() && enrich::same_remote(client->second.kind, rule->kind))
      lasting.clients.insert(*client);
    else
      lasting.clients.emplace(
          rule->name,
          Lasting::Asked{rule->kind,
                         std::make_shared<enrich::Client>(
                             rule->kind, bell_, [this, name = rule->name](std::string_view text) {
                               note(fmt::format("enrichment rule '{}': {}", name, text));
                             })});
  }
  return lasting;
}

void Engine::let_go(const Lasting& before, const Lasting& now) noexcept {
  for (const auto& [name, asked] : before.clients) {
    const auto same = now.clients.find(name);
    if (same != now.clients.end() && same->second.client == asked.client) continue;
    enrich::Exchange& exchange = asked.client->exchange();
    try {
      exchange.cancel();
      const std::lock_guard lock(answers_mutex_);
      exchange.collect(answers_);
      left_over_.store(answered_ < answers_.size(), std::memory_order_relaxed);
    } catch (const std::bad_alloc&) {
      leaving_.push_back(asked.client);
    }
  }
}

}  // namespace weir::engine
