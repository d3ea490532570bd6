// A snapshot as bytes: what stands at its beginning and its end, its sections, and the counters in
// them. docs/snapshot-format.md has all of it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "aggregate/shard.h"
#include "engine/enricher.h"
#include "engine/worker.h"
#include "enrich/exchange.h"
#include "event/state.h"

namespace weir::engine {

// In the order in which they stand.
enum class SectionKind : std::uint32_t {
  fields = 1,      // once
  engine = 2,      // once
  rule = 3,        // of each aggregation rule, as they are tried
  enrichment = 4,  // once
  outputs = 5,     // of each queue, the oldest first
};

// Collects sections in pieces, so that no section has to be copied when it is complete.
class SnapshotWriter {
 public:
  // write(state) appends what the section holds. room: how many bytes that may be, to begin with.
  template <class Write>
  void section(SectionKind kind, Write&& write, std::size_t room = 0) {
    std::string& bytes = state_.bytes();
    bytes.clear();
    bytes.reserve(room);
    state_.number(static_cast<std::uint32_t>(kind));
    const std::size_t size = state_.reserve<std::uint64_t>();
    const std::size_t begin = bytes.size();
    write(state_);
    state_.put(size, static_cast<std::uint64_t>(bytes.size() - begin));
    sections_.push_back(std::move(bytes));
  }
  // The whole snapshot: what is before the sections, the names of the fields that they refer to,
  // the sections, and the checksum. May be called once.
  std::vector<std::string> finish();

 private:
  StateWriter state_;
  std::vector<std::string> sections_;
};

struct Section {
  SectionKind kind;
  std::string_view bytes;
};

// The sections of a snapshot, in their order and as often as they may be there. Throws
// Failure(invalid_snapshot): it is none, of a format that this version does not know, or damaged.
std::vector<Section> sections_of(std::string_view snapshot);

// The fields by their numbers. Throws Failure: invalid_snapshot, or limit when the process has no
// room for the names.
std::vector<FieldId> read_fields(std::string_view section);

// Calls f(counter) for all that a snapshot has of them, in its order. Gauges are no part of it.
template <class Shortfalls, class F>
void each_shortfall(Shortfalls& counters, F&& f) {
  f(counters.sums_skipped), f(counters.sums_saturated), f(counters.joins_cut);
  f(counters.uniques_cut);
}

template <class F>
void each_counter(Counts& counts, F&& f) {
  f(counts.events), f(counts.rejected), f(counts.filtered), f(counts.passed), f(counts.taken);
  f(counts.conversion_errors), f(counts.filter_failures), f(counts.enrich_failures);
  f(counts.future_times), f(counts.late);
  each_shortfall(counts.shortfalls, f);
}

template <class F>
void each_counter(aggregate::RuleCounters& counters, F&& f) {
  f(counters.taken), f(counters.out), f(counters.lone), f(counters.refused);
  f(counters.aggregated);
  for (std::uint64_t& closed : counters.closed) f(closed);
  f(counters.late);
  each_shortfall(counters.shortfalls, f);
}

template <class F>
void each_counter(EnrichmentCounts& counts, F&& f) {
  f(counts.applied), f(counts.skipped), f(counts.missed), f(counts.errors), f(counts.cut);
  f(counts.dropped_pairs);
}

template <class F>
void each_counter(enrich::Exchange::Counters& counters, F&& f) {
  for (std::uint64_t& outcome : counters.by_outcome) f(outcome);
  f(counters.retries), f(counters.cache_hits);
}

// With their number before them.
template <class Counters>
void write_counters(StateWriter& out, Counters counters) {
  const std::size_t place = out.reserve<std::uint32_t>();
  std::uint32_t count = 0;
  each_counter(counters, [&](std::uint64_t counter) {
    out.number(counter);
    ++count;
  });
  out.put(place, count);
}

template <class Counters>
void read_counters(StateReader& in, Counters& counters) {
  std::uint32_t left = in.number<std::uint32_t>();
  each_counter(counters, [&](std::uint64_t& counter) {
    if (left-- == 0) StateReader::refuse("it has fewer counters than its format");
    counter = in.number<std::uint64_t>();
  });
  if (left != 0) StateReader::refuse("it has more counters than its format");
}

}  // namespace weir::engine
