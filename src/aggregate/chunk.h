// What the table is handed for one chunk of events, and what it gives back.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "aggregate/aggregated_event.h"
#include "aggregate/fed_event.h"
#include "aggregate/rule.h"
#include "base/bump.h"
#include "base/moment.h"
#include "event/value.h"

namespace weir::aggregate {

// 32 shards keep the longest pause while a shard's table grows under 20 ms at 10 M groups.
constexpr std::size_t shard_bits = 5;
constexpr std::size_t shards = std::size_t{1} << shard_bits;

// An event that a rule takes.
struct Item {
  std::uint64_t hash;  // of rule and key: the top bits choose the shard, the low half is the tag
  const char* key;
  std::uint32_t key_size;
  std::uint32_t event;  // index in the chunk
  std::uint32_t plan;
  std::uint32_t combination_size = 0;  // of a rule that dedups
  // The values of the rule's unique fields: bytes behind the key.
  std::string_view combination() const noexcept { return {key + key_size, combination_size}; }
  std::uint32_t shard() const noexcept {
    return static_cast<std::uint32_t>(hash >> (64 - shard_bits));
  }
  std::uint32_t tag() const noexcept { return static_cast<std::uint32_t>(hash); }
};

// A bucket that closed.
struct Closed {
  const Rule* rule;
  std::span<const weir_field> fields;
  Time deadline;
  std::uint64_t ordinal;   // of the opening event
  std::uint32_t position;  // index of the event in the chunk that it closed before or with
  std::uint32_t count;     // base events
  std::uint32_t rank;      // of its rule: the place at which the rule is tried
  Reason reason;
  const FedEvent* lone = nullptr;  // not aggregated: its one event, which leaves as it came

  // The order of outputs: what fell due before an event comes before what the event itself closes.
  // The former by deadline, then by opening; the latter as rules are tried.
  friend bool operator<(const Closed& a, const Closed& b) noexcept {
    if (a.position != b.position) return a.position < b.position;
    const bool a_own = a.reason == Reason::count, b_own = b.reason == Reason::count;
    if (a_own != b_own) return b_own;
    if (a_own) return a.rank < b.rank;
    if (a.deadline != b.deadline) return a.deadline < b.deadline;
    if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
    return a.rank < b.rank;
  }
};

// Later times would overflow when a lifetime (at most 365 days) is added.
constexpr Time latest{std::numeric_limits<std::int64_t>::max() - 366LL * 86'400 * 1'000'000'000};

// The time line. Deadlines are kept on a line of the table's own: when the host corrects its clock
// backwards, `shift` changes and every open deadline has moved by the same amount.
struct Clock {
  Time line;       // never falls
  Duration shift;  // the host's time = line + shift
  Time host() const noexcept { return line + shift; }
};

struct Closing {
  Duration shift;
  std::span<const std::uint32_t> ranks;  // of rules, by table
  std::string_view instance;
  Bump* memory = nullptr;  // for the events
  std::vector<Closed>* closed = nullptr;
};

// Arena bytes that a chunk may take in one shard.
struct Need {
  std::size_t buckets = 0;
  std::size_t lists = 0;
};

struct Chunk {
  // In.
  std::span<const Plan> plans;
  const Value* rows = nullptr;
  std::size_t width = 0;            // values in a row
  std::span<const Time> line;       // the clock's line when each event is applied, ascending
  std::uint64_t first_ordinal = 0;  // of event 0
  // Where to begin walking the shards: threads that begin apart do not queue behind one another.
  std::size_t first_shard = 0;
  // By plan, within it by event. Of an event that a `dedup` rule may refuse there are items of the
  // rules behind it, too.
  std::span<const Item> items;
  std::uint32_t begin = 0, end = 0;  // the events that are to be applied
  // The first plan of each round, ascending from 0. What the rules of a round refuse is offered in
  // the next, so a round ends with a `dedup` rule or with the last.
  std::span<const std::uint32_t> rounds;
  // By event, out: whether a rule took it. Null unless some rule may refuse.
  bool* taken = nullptr;
  // What was fed, by event; empty unless a rule has `single: pass`.
  std::span<const FedEvent> fed;
  Closing closing;
  // Out, beside closing.closed.
  Shortfalls shortfalls;

  // The first event that is applied at or past the moment; `end` if none is.
  std::uint32_t first_at(Time moment) const noexcept {
    return static_cast<std::uint32_t>(
        std::lower_bound(line.begin() + begin, line.begin() + end, moment) - line.begin());
  }
  const Value* row(std::uint32_t event) const noexcept { return rows + event * width; }
  Time last_line() const noexcept { return line[end - 1]; }

  // By round, shard, plan and event; filled by partition().
  std::vector<Item> by_shard;
  std::vector<std::array<std::uint32_t, shards + 1>> starts;  // of each round
  std::array<Need, shards> needs{};
  std::span<const Item> of_shard(std::size_t round, std::size_t shard) const noexcept {
    return {by_shard.data() + starts[round][shard], by_shard.data() + starts[round][shard + 1]};
  }
  bool has_items(std::size_t shard) const noexcept {
    return std::any_of(starts.begin(), starts.end(), [shard](const auto& of_round) {
      return of_round[shard] != of_round[shard + 1];
    });
  }
  std::size_t shard_at(std::size_t step) const noexcept { return (first_shard + step) % shards; }
  // Throws bad_alloc.
  void partition();
};

}  // namespace weir::aggregate
