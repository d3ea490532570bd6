// Outputs on their way to a sink.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "aggregate/chunk.h"
#include "base/bump.h"
#include "engine/ruleset.h"
#include "enrich/exchange.h"
#include "weir/weir.h"

namespace weir::engine {

struct Held;

struct Output {
  std::uint32_t kind = WEIR_OUTPUT_BASE;  // base, aggregated or rejected
  aggregate::Reason reason = aggregate::Reason::none;
  bool enriched = false;  // the enrichment rules have seen it
  bool borrowed = false;  // event, line and message are
  bool held = false;      // it has left the queue, to wait for an answer
  bool again = false;     // it waited when a snapshot was taken: the rule before `place` asks again
  // Of the first enrichment rule that has not seen it, when it was held; and the client of the rule
  // that asked then, by its serial. Rules may have come and gone since.
  std::uint32_t place = 0;
  std::uint64_t asked = 0;                           // 0: it was not held
  const enrich::Exchange::Answer* answer = nullptr;  // that it comes back with
  const aggregate::Rule* rule = nullptr;             // of an aggregated event
  weir_event event{};                                // fields null for a line
  std::string_view line;                             // as fed
  std::span<const weir_field> additions;  // by enrichments, on top of the event or the line
  std::string_view message;               // why it was rejected
  std::uint64_t number = 0;               // of a rejected line
  const Value* row = nullptr;  // its values by slot, as long as its portion is at hand; or null
};

// The memory that own() takes for an event that passes or, with a problem, was rejected, at most.
std::size_t owned_size(const aggregate::FedEvent& fed, std::string_view problem) noexcept;

// Outputs in their order, and the memory that they lie in. What was read from the host's memory or
// from a batch is borrowed until own() copies it.
struct OutputQueue {
  OutputQueue();
  ~OutputQueue();
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;

  std::vector<Output> items;
  std::size_t next = 0;  // items before have been accepted
  Bump memory;
  Bump kept;                                 // copies of what was borrowed
  std::shared_ptr<const Rules> rules;        // whose texts the items borrow
  std::shared_ptr<const LineFormat> format;  // of the lines, which no mapping has named
  std::shared_ptr<const std::vector<std::string>> order;  // of enrichment rules, as Held has it
  std::vector<std::unique_ptr<Held>> held;                // whose memory items lie in
  std::vector<enrich::Exchange::Answer> answers;          // that items refer to
  bool owned = false;  // nothing is borrowed from outside any more

  bool empty() const noexcept { return next == items.size(); }
  void clear() noexcept;
  // Which rules the outputs are made under.
  void made_under(const Ruleset& set) noexcept {
    rules = set.rules;
    format = set.formats->front();
  }
  // What they are given is in `memory`, or borrowed.
  void add(const aggregate::Closed& closed);
  void add_passed(const aggregate::FedEvent& fed, const Value* row);
  // An event that comes back. REQUIRES: room in items, held and answers
  void add_held(std::unique_ptr<Held> event, enrich::Exchange::Answer answer) noexcept;
  void add_rejected(const aggregate::FedEvent& fed, std::string_view problem,
                    std::uint64_t line_number);
  // Makes room for own(): `bytes` is the sum of owned_size() of all that add() will be given. It
  // comes before a chunk is applied, because afterwards nothing may be lost. Throws bad_alloc.
  void reserve_own(std::size_t bytes) { kept.reserve(bytes); }
  // Copies what is borrowed of the items that are left. REQUIRES: reserve_own().
  void own() noexcept;
  // The portion of the items goes.
  void forget_rows() noexcept {
    for (Output& item : items) item.row = nullptr;
  }
};

}  // namespace weir::engine
