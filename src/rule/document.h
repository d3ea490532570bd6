// A document of resources: YAML or JSON text in, validated settings and diagnostics out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregate/settings.h"
#include "enrich/settings.h"
#include "event/field_map.h"
#include "filter/tree.h"
#include "lookup/tables.h"
#include "rule/test_case.h"

namespace weir::rule {

enum class Severity : std::uint8_t { error, warning };

// One finding: where, what, and what to do about it.
struct Diagnostic {
  Severity severity = Severity::error;
  std::int64_t offset = -1;  // bytes
  std::uint32_t line = 0;    // 1-based
  std::uint32_t column = 0;  // 1-based, code points
  std::string message;  // one sentence, lower case: "unknown key 'tresholt'; did you mean …?"
};

struct SavedFilter {
  std::string name;
  filter::Node tree;
};

// A lookup that a document declares. Without rows of its own it has those that the host gives it.
struct DeclaredTable {
  lookup::NamedTable table;
  bool filled = false;  // by the document
};

// What becomes of an event whose time lies behind the clock by more than it may: it goes on like
// any other, into the bucket that is open now; it is offered to no aggregation rule; it is
// rejected.
enum class LateEvents : std::uint8_t { next, pass, reject };

// `event_time:`
struct EventTime {
  std::optional<Duration> allowed_lateness;  // none: no event is late
  LateEvents late_events = LateEvents::next;
  std::optional<Duration> max_future_skew;  // of this and the engine's option the smaller counts
};

enum class Polarity : std::uint8_t { keep, drop };

// Whether the first rule that takes an event has it alone, or every rule that takes it.
enum class Match : std::uint8_t { first, all };

// `map` is what the document itself says; what fills the fields of an event is effective_map
// (rule/presets.h). The spans in all its filters are offsets in the document, so an error of
// filter::compile is one too.
struct Document {
  Schema schema = Schema::kuma;
  FieldMap map;
  std::uint32_t preset = 0;  // that `map` stands over, of sources that state none; 0: none
  Match match = Match::first;
  aggregate::Bounds bounds;  // the engine's
  EventTime event_time;
  std::optional<filter::Node> filter;  // the engine's own
  Polarity polarity = Polarity::keep;
  std::vector<SavedFilter> filters;
  std::vector<DeclaredTable> tables;
  std::vector<aggregate::Settings> aggregation;
  std::vector<enrich::Settings> enrichment;
};

struct Parsed {
  Document document;
  std::vector<TestCase> tests;
  std::vector<Diagnostic> diagnostics;  // in the order of the text
  bool good() const noexcept;           // no error among them
};

// Reads a whole document. Everything that is wrong with it is found in one pass: syntax, keys,
// types, limits, names, filters (compiled once to check them).
// directory: where its relative paths of files start; empty: the working directory of the process.
Parsed parse_document(std::string_view text, std::string_view directory = {});

// Reads the text of a single rule: an aggregation rule, or with a `type` an enrichment rule.
// Exactly one of document.aggregation and document.enrichment has one element when it is good.
// `saved` are the filters of the loaded document, `schema` is that document's, and `tables` (null:
// none) are the lookups that filters may name; directory as above.
Parsed parse_rule(std::string_view text, const std::vector<SavedFilter>& saved,
                  Schema schema = Schema::kuma, const lookup::Tables* tables = nullptr,
                  std::string_view directory = {});

// What of a rule cannot stand under `match: all`, where other rules have the same event too:
// "single: pass", "unique_mode: dedup". parse_document sees to it; whoever puts rules of different
// texts together asks.
std::vector<std::string_view> needs_match_first(const aggregate::Settings& rule);

// [{"severity":…,"line":…,"column":…,"message":…}]
std::string diagnostics_json(const std::vector<Diagnostic>& diagnostics);

// The JSON Schema (2020-12) of a document.
std::string_view schema_json() noexcept;

}  // namespace weir::rule
