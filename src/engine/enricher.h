// Enrichment rules as they are in force, and what they have done.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "aggregate/rule.h"
#include "engine/callbacks.h"
#include "enrich/remote.h"
#include "enrich/step.h"
#include "event/slots.h"
#include "filter/program.h"

namespace weir::engine {

// What became of the events that one rule saw.
struct EnrichmentCounts {
  std::uint64_t applied = 0;
  std::uint64_t skipped = 0;  // its filter did not match
  std::uint64_t missed = 0;   // there was nothing to add
  std::uint64_t errors = 0;   // what there was could not be used, or the host's function failed
  std::uint64_t cut = 0;      // texts that were longer than their field may be
  std::uint64_t dropped_pairs = 0;  // values that cannot be sent

  void count(enrich::Effect effect) noexcept {
    ++(effect == enrich::Effect::applied  ? applied
       : effect == enrich::Effect::missed ? missed
                                          : errors);
  }
};

// Of one rule, by all threads; outlives reloads that leave its name.
class Tally {
 public:
  void add(const EnrichmentCounts& counts) noexcept;
  EnrichmentCounts total() const noexcept;

 private:
  std::atomic<std::uint64_t> applied_{0}, skipped_{0}, missed_{0}, errors_{0}, cut_{0},
      dropped_pairs_{0};
};

struct HostFunction {
  SharedCallbacks callbacks;
  std::vector<Slot> slots;  // the fields that it reads, unless it reads all
};

// A rule that asks over the network.
struct Asking {
  enrich::Remote rule;
  std::shared_ptr<enrich::Client> client;
};

struct Enricher {
  filter::Program filter;
  std::variant<HostFunction, enrich::Step, Asking> work;
  const aggregate::Rule* only = nullptr;  // its aggregated events alone; else every output
  // Of an enrichment rule; that of an aggregation rule's own function has none.
  std::shared_ptr<Tally> tally;
  std::string name;
  std::string_view type;

  enrich::Client* client() const noexcept {
    const auto* const asking = std::get_if<Asking>(&work);
    return asking == nullptr ? nullptr : asking->client.get();
  }
};

// What of enrichment rules lives longer than a ruleset, by the names of the rules.
struct Lasting {
  struct Asked {
    enrich::Kind kind;
    std::shared_ptr<enrich::Client> client;
  };
  std::map<std::string, Asked> clients;
  std::map<std::string, std::shared_ptr<Tally>> tallies;
};

}  // namespace weir::engine
