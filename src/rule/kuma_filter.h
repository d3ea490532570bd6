// Filters as KUMA writes them: from the JSON of a payload, `{id, name, root}`, to a tree. Its nodes
// are all alike: a group of `conditions`, a saved filter embedded whole under `filter`, or one
// condition (kuma_condition.h). A key that is absent or null has its default.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "event/schema.h"
#include "filter/tree.h"
#include "lookup/tables.h"
#include "rule/findings.h"
#include "rule/node.h"

namespace weir::rule {

// Where a lookup was named.
struct KumaLookup {
  std::size_t offset = 0;         // of its id
  const Node* key_map = nullptr;  // of a context table: names of its keys to event fields; or null
};

// What filters are read by, and who is told of what is in them.
struct KumaReading {
  Schema schema = Schema::kuma;
  // What is known of lookups: which column holds a list, in which order keys stand. May be null.
  const lookup::Tables* tables = nullptr;
  // Gives what stands in the place of a saved filter that is embedded whole; empty: its tree.
  std::function<filter::Node(const Node& payload, filter::Node tree)> embedded;
  // Sees every lookup that was read, and may give it another name.
  std::function<void(filter::Lookup& lookup, const KumaLookup& place)> lookup;
};

// True of a map that is KUMA's JSON and none of Weir's own ways to write a filter: a payload, or
// its `root` alone.
bool is_kuma_filter(const Node& map) noexcept;

// Reads a payload or a root. The spans of the tree are offsets in the document; a filter without
// conditions is a group `all` without children. Reports what is wrong and gives nullopt. REQUIRES a
// map
std::optional<filter::Node> read_kuma_filter(const Node& map, const KumaReading& reading,
                                             Findings& findings);

// True of the tree of a filter without conditions.
bool matches_everything(const filter::Node& tree) noexcept;

// True of null and of a key that is not there.
inline bool is_absent(const Node* node) noexcept { return node == nullptr || node->is_null(); }

// True of these and of a list without items.
bool is_empty_list(const Node* node) noexcept;

// Warns of keys that nobody knows; the rest of the map counts.
void warn_of_unknown_keys(const Node& map, std::span<const std::string_view> keys,
                          Findings& findings);

// True or false; false if it is absent. Reports anything else and gives nullopt.
std::optional<bool> read_flag(const Node& map, std::string_view key, Findings& findings);

}  // namespace weir::rule
