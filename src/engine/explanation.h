// What would happen to an event, and why: what Engine::explain finds out, and its JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregate/rule.h"
#include "aggregate/shard.h"
#include "base/moment.h"
#include "engine/batch.h"
#include "event/value.h"
#include "filter/explain.h"
#include "rule/document.h"

namespace weir::engine {

// Why a rule does not take an event.
enum class Because : std::uint8_t {
  nothing,   // it takes it
  filtered,  // the engine's own filter drops it
  earlier,   // an earlier rule has it
  late,      // late events are offered to no rule
  filter,    // the rule's filter is false
  host,      // the host's filter left it, or failed
  missing,   // it lacks identical fields
  met,       // `dedup`: the bucket has met its combination of unique values
  full,      // `dedup`: it has not, and has no room for another
};

// What applying the event does to the rule's bucket.
enum class Effect : std::uint8_t { opens, joins, closes };

struct RuleExplanation {
  const aggregate::Rule* rule = nullptr;
  Because because = Because::nothing;
  std::optional<filter::Explanation> filter;  // none: it has no filter
  std::optional<std::int32_t> host_answer;    // none: it was not asked
  std::vector<FieldId> missing;               // of the identical fields
  // Of a rule that takes the event, or refuses it as `dedup` does:
  std::vector<std::pair<FieldId, Value>> key;  // of the row, which must stay
  std::optional<aggregate::Peek> met;
  // Of one that takes it:
  Effect effect = Effect::opens;
  std::uint32_t count = 0;  // of the bucket, with the event

  bool considered() const noexcept {
    return because != Because::filtered && because != Because::earlier && because != Because::late;
  }
};

struct EnrichmentExplanation {
  std::string_view name;
  std::optional<filter::Explanation> filter;  // none: it has no filter
  bool asks = false;  // somebody over the network, which explaining does not
};

// Of a late event: how late it is, and what becomes of it therefore.
struct LateExplanation {
  Duration behind;
  rule::LateEvents then = rule::LateEvents::next;
};

struct EventExplanation {
  Verdict outcome = Verdict::passed;
  std::string_view problem;    // of a rejected event, which has nothing else
  std::size_t not_stored = 0;  // values that did not convert to their fields' types
  aggregate::Clock clock;      // when the event is applied
  std::optional<LateExplanation> late;
  bool keep = true;  // the engine's filter keeps what matches, else drops it
  std::optional<filter::Explanation> filter;      // the engine's own, if it has one
  std::vector<RuleExplanation> rules;             // in the order in which they are tried
  std::vector<EnrichmentExplanation> enrichment;  // of an event that passes
};

// As docs/explain.md describes it. Throws bad_alloc.
std::string to_json(const EventExplanation& explanation);

}  // namespace weir::engine
