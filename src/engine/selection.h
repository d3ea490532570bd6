// The filter phase: which rule takes each event of a portion.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/portion.h"
#include "engine/ruleset.h"
#include "engine/whole_reader.h"
#include "filter/program.h"

namespace weir::engine {

class Engine;

// Shows events to the host's callbacks, with the fields that they read.
class Showcase {
 public:
  // `fed`: the event as it came; row: its values. What has to be made lies in `memory`. Throws
  // bad_alloc.
  weir_event show(const Callbacks& callbacks, const std::vector<Slot>& slots, const Ruleset& rules,
                  const Value* row, const aggregate::FedEvent& fed, Bump& memory);

 private:
  WholeReader whole_;
};

// What filters go by besides the event.
struct Standing {
  std::uint64_t version = 0;  // of the rules and lookups
  lookup::Clock clock;
  std::span<const Time> line;  // by event, if it matters to the rules and differs; else empty
};

// What a host filter said of an event.
struct HostAnswer {
  std::uint32_t plan;
  std::uint32_t event;
  std::int32_t answer;  // WEIR_TAKE, WEIR_LEAVE, or none of them
};

// The buffers of one thread; reused.
class Selection {
 public:
  // Gives each event of the portion its verdict, and the portion an item for each that a rule
  // takes. Rules in their order; with `match: first` the first that takes an event has it, but a
  // `dedup` rule may refuse it later: then the item of the next rule counts. Calls host filters,
  // once a rule. Throws bad_alloc; changes nothing but the portion.
  // `answers`, unless null: all that host filters have said is added.
  void select(const Ruleset& rules, Portion& portion, const Standing& standing,
              const Engine& engine, std::vector<HostAnswer>* answers = nullptr);

  // Events that pass after all, though select() gave them to rules, leave as whole ones too.
  // Throws bad_alloc.
  void make_passed_whole(const Ruleset& rules, Portion& portion) {
    portion.batch.make_whole(Batch::Whose::passed, *rules.formats, whole_);
  }

 private:
  void judge(const Ruleset& rules, Portion& portion);
  // As the program says of the event at its time. Throws bad_alloc.
  bool matches(const filter::Program& filter, const Portion& portion, std::uint32_t event) {
    if (!line_.empty()) scratch_.clock.now = line_[event];
    return filter.matches(portion.batch.row(event), scratch_);
  }
  void offer(const Ruleset& rules, std::uint32_t index, Portion& portion, const Engine& engine);
  void ask_host(const Ruleset& rules, std::uint32_t index, Portion& portion, const Engine& engine);
  void strike_willing();

  std::vector<std::uint32_t> candidates_;     // events that no rule has taken yet
  std::vector<std::uint32_t> willing_;        // events that the rule at hand would take
  std::vector<std::int32_t> answers_;         // of a host filter
  std::vector<weir_event> asked_;             // the events that it is asked about
  std::vector<HostAnswer>* heard_ = nullptr;  // who wants to know them
  Showcase showcase_;
  filter::Scratch scratch_;
  std::span<const Time> line_;  // of the portion at hand
  WholeReaders whole_;
};

}  // namespace weir::engine
