// Everything that is loaded, compiled against one numbering of the wanted fields. Immutable: a
// reload builds another, and running chunks finish with the one they began with.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/rule.h"
#include "engine/callbacks.h"
#include "engine/enricher.h"
#include "engine/lookups.h"
#include "event/key_tree.h"
#include "event/line_format.h"
#include "event/slots.h"
#include "event/value.h"
#include "filter/program.h"
#include "rule/document.h"

namespace weir::engine {

// A rule that came through weir_create_rule.
struct CreatedRule {
  aggregate::Settings aggregation;
  enrich::Settings enrichment;
  bool aggregates = true;
  SharedCallbacks callbacks;                    // may be null
  std::shared_ptr<const aggregate::Rule> rule;  // of an aggregation rule
};

// Decides whether a rule takes an event.
struct Intake {
  filter::Program filter;
  SharedCallbacks callbacks;         // a host filter, or null
  std::vector<Slot> callback_slots;  // the fields that it reads, unless it reads all
};

using Rules = std::vector<std::shared_ptr<const aggregate::Rule>>;

// By preset, as weir_record and weir_cursor name it.
using LineFormats = std::vector<std::shared_ptr<const LineFormat>>;

// The Type of an event that says none. KUMA's filters ask for it, as `Type = 1`, and what a source
// sends has no such thing.
inline constexpr Value base_event{1, 0, Kind::integer};

struct Ruleset {
  std::uint64_t serial = 0;            // tells it from any other
  std::shared_ptr<const Rules> rules;  // of the plans: outputs borrow their texts
  SlotMap slots;
  std::vector<KeyTree> keys;                   // of lines, by preset
  std::shared_ptr<const LineFormats> formats;  // for reading all of an event, now or later
  Slot timestamp = 0;
  Slot type = SlotMap::none;  // of KUMA's field Type, if something asks for it
  bool filtered = false;      // the engine has a filter of its own
  filter::Program filter;
  bool keep = true;  // it keeps what matches, else drops it
  rule::Match match = rule::Match::first;
  std::vector<aggregate::Plan> plans;  // in the order in which they are tried
  std::vector<Intake> intakes;         // of each plan
  std::vector<std::uint32_t> rounds;   // as Chunk::rounds
  std::vector<std::uint32_t> ranks;    // of plans, by their rules' tables
  bool passes_lone = false;            // some rule has `single: pass`
  bool dedups = false;                 // some rule has `unique_mode: dedup`
  bool timed = false;                  // what some filter says depends on the clock
  bool shows_whole = false;            // some host filter sees every field
  std::vector<Enricher> enrichers;     // in the order in which they apply
  std::shared_ptr<const std::vector<std::string>> order;  // their names, for those they hold
};

// Finds a saved filter by name among those of a document, which it borrows.
filter::FindSaved finder(const std::vector<rule::SavedFilter>& saved);

using NamedCallbacks = std::map<std::string, SharedCallbacks, std::less<>>;

// What a ruleset is made of.
struct Sources {
  rule::Document document;
  // Of the document's aggregation rules, in its order: one of each.
  std::vector<std::shared_ptr<const aggregate::Rule>> rules;
  std::vector<std::shared_ptr<CreatedRule>> created;
  NamedCallbacks callbacks;
  Lookups lookups;
  Lasting lasting;
};

// Throws Failure: a callback that is not set, a filter that does not compile. Every enrichment rule
// has what lasts of it in the sources.
std::shared_ptr<const Ruleset> build_ruleset(const Sources& sources);

// Enrichment rules of the sources, in the order in which they apply.
std::vector<const enrich::Settings*> enrichments_of(const Sources& sources);

// Whether open buckets of one may go on under the other: their normal forms are equal.
bool same_meaning(const aggregate::Settings& a, const filter::FindSaved& a_saved,
                  const aggregate::Settings& b, const filter::FindSaved& b_saved);

}  // namespace weir::engine
