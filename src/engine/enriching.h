// One pass of the enrichment rules over a queue of outputs.
#pragma once

#include <cstdint>

#include "engine/enricher.h"
#include "engine/held.h"
#include "engine/output.h"
#include "engine/ruleset.h"
#include "engine/worker.h"

namespace weir::engine {

class Engine;

// Used for one queue, behind the gate.
class Enriching {
 public:
  Enriching(const Engine& engine, const Ruleset& rules, Worker& worker, OutputQueue& outputs,
            HeldEvents& held)
      : engine_(engine), rules_(rules), worker_(worker), outputs_(outputs), held_(held) {}

  // Shows every output that no rule has seen to all of them, in their order, and one that comes
  // back with an answer to the rule that asked and to those behind it. Outputs that have to wait
  // leave the queue. What was done is counted by rule. Throws bad_alloc; then the outputs that are
  // left are as they were. Returns how often functions of the host failed.
  std::uint64_t run();

 private:
  void fill_row(const Output& output);
  // False if it waits.
  bool enrich(Output& output);
  // Gives the rule that asked what the output comes back with. The place of the rule behind it.
  std::uint32_t take_answer(const Output& output, enrich::Subject& subject);
  // When that rule is gone: behind one that has its name now, else at the first of those behind it
  // that is still there. An output that asks again goes to the one that has its name, not behind
  // it.
  std::uint32_t place_without_answer(const Output& output);
  // The rules from `first` on; row: what their filters read. False if it waits.
  bool pass_rules(Output& output, std::uint32_t first, const Value* row, enrich::Subject& subject);
  // True if the callback answered that it is done; then the event has what it added.
  bool call_host(const HostFunction& host, Output& output, enrich::Subject& subject);
  // True if the output waits.
  bool ask(const Asking& asking, std::uint32_t place, Output& output, enrich::Subject& subject);
  // The changes of the subject, in the memory of the outputs.
  void store_changes(Output& output, const enrich::Subject& subject);
  void finish() noexcept;

  const Engine& engine_;
  const Ruleset& rules_;
  Worker& worker_;
  OutputQueue& outputs_;
  HeldEvents& held_;
  std::uint64_t failures_ = 0;
  bool some_held_ = false;
};

}  // namespace weir::engine
