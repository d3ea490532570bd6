// Saved filters refer to each other. A depth-first walk finds cycles and unknown names, and what
// each filter comes to when the references are replaced, before anything is replaced: a few lines
// of references to references can stand for billions of conditions.

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "filter/saved.h"
#include "rule/filters.h"

namespace weir::rule {

namespace {

// References from one saved filter to the next: beyond this it is no longer read by anybody, and
// the walk below is recursive.
constexpr std::size_t max_chain = 64;

// All filters of a document with their references replaced. Checking a document must not take
// longer than a person waits, nor a small one take the machine's memory: every use of a saved
// filter has copies of its lists and its expressions of its own.
constexpr std::uint64_t max_compiled_nodes = 1'000'000;
constexpr std::uint64_t max_compiled_items = 2'000'000;
constexpr std::uint64_t max_compiled_constant_bytes = std::uint64_t{64} << 20;
constexpr std::uint64_t max_compiled_pattern_bytes = std::uint64_t{256} << 20;

// Saturates at one more than `limit`: each of 64 links could multiply it.
std::uint64_t sum_up_to(std::uint64_t limit, std::uint64_t a, std::uint64_t b) noexcept {
  return std::min(a + b, limit + 1);
}

}  // namespace

SavedFilters::SavedFilters(const std::vector<SavedFilter>& loaded, Schema schema,
                           const lookup::Tables* tables)
    : schema_(schema), tables_(tables), loaded_(true) {
  for (const SavedFilter& filter : loaded) add(filter.name, filter.tree, 0);
  // Good ones, so there is nothing to find; the walk is for their extents.
  const Source none("");
  Findings ignored(none);
  Path path;
  for (std::size_t i = 0; i < entries_.size(); ++i) resolve(i, path, ignored);
}

void SavedFilters::add(std::string name, std::optional<filter::Node> tree, std::size_t offset) {
  by_name_.emplace(name, entries_.size());
  Entry& entry = entries_.emplace_back();
  entry.name = std::move(name);
  entry.offset = offset;
  if (tree) {
    entry.tree = std::move(*tree);
  } else {
    entry.readable = false;
    entry.state = State::bad;
  }
}

std::vector<SavedFilter> SavedFilters::take() {
  std::vector<SavedFilter> filters;
  for (Entry& entry : entries_)
    if (entry.readable) filters.push_back({std::move(entry.name), std::move(entry.tree)});
  entries_.clear();
  by_name_.clear();
  return filters;
}

void SavedFilters::check_all(Findings& findings) {
  Path path;
  for (std::size_t i = 0; i < entries_.size(); ++i) resolve(i, path, findings);
}

void SavedFilters::check(const filter::Node& tree, Use use, Findings& findings) {
  Path path;
  const Extent extent = measure(tree, path, findings);
  if (extent.good) compiles(tree, use, extent, findings);
}

void SavedFilters::resolve(std::size_t index, Path& path, Findings& findings) {
  if (entries_[index].state != State::fresh) return;
  entries_[index].state = State::open;
  path.push_back(index);
  const Extent extent = measure(entries_[index].tree, path, findings);
  path.pop_back();
  Entry& entry = entries_[index];
  entry.extent = extent;
  if (entry.state == State::bad) return;  // part of a cycle
  // Compiled before what refers to it, so that a fault is reported here and nowhere else.
  const bool good = extent.good && (loaded_ || compiles(entry.tree, Use::any, extent, findings));
  entry.state = good ? State::good : State::bad;
}

SavedFilters::Extent SavedFilters::measure(const filter::Node& node, Path& path,
                                           Findings& findings) {
  if (node.type == filter::Node::Type::saved) return measure_reference(node, path, findings);
  const filter::ConstantExtent constants = filter::constant_extent(node);
  Extent sum{1, constants.items, constants.bytes, 0, true};
  for (const filter::Node& child : node.children) {
    const Extent extent = measure(child, path, findings);
    sum.nodes = sum_up_to(max_compiled_nodes, sum.nodes, extent.nodes);
    sum.items = sum_up_to(max_compiled_items, sum.items, extent.items);
    sum.constant_bytes =
        sum_up_to(max_compiled_constant_bytes, sum.constant_bytes, extent.constant_bytes);
    sum.chain = std::max(sum.chain, extent.chain);
    sum.good = sum.good && extent.good;
  }
  return sum;
}

SavedFilters::Extent SavedFilters::measure_reference(const filter::Node& node, Path& path,
                                                     Findings& findings) {
  constexpr Extent bad{1, 0, 0, 0, false};
  const auto found = by_name_.find(node.saved_name);
  if (found == by_name_.end()) {
    report_unknown(node, findings);
    return bad;
  }
  const std::size_t index = found->second;
  if (entries_[index].state == State::open) {
    report_cycle(index, path, findings);
    return bad;
  }
  if (path.size() <= max_chain) resolve(index, path, findings);
  const Entry& entry = entries_[index];
  if (entry.state == State::bad) return bad;
  Extent extent = entry.extent;
  if (entry.state == State::good && ++extent.chain <= max_chain) return extent;
  findings.error(node.span.begin,
                 fmt::format("saved filters refer to each other more than {} deep; "
                             "write some of them out",
                             max_chain));
  return bad;
}

void SavedFilters::report_unknown(const filter::Node& reference, Findings& findings) const {
  if (findings.full()) return;
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  std::string hint = suggest(reference.saved_name, names);
  if (hint.empty()) hint = "; define it under 'filters'";
  findings.error(reference.span.begin,
                 fmt::format("unknown saved filter {}{}", quote(reference.saved_name), hint));
}

// At the one of them that comes first in the document, whichever the walk met first.
void SavedFilters::report_cycle(std::size_t index, const Path& path, Findings& findings) {
  std::vector<std::size_t> cycle(std::find(path.begin(), path.end(), index), path.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  std::string names;
  for (const std::size_t member : cycle) {
    entries_[member].state = State::bad;
    names += quote(entries_[member].name) + " -> ";
  }
  names += quote(entries_[cycle.front()].name);
  findings.error(entries_[cycle.front()].offset,
                 fmt::format("saved filters refer to each other in a circle: {}; take one of the "
                             "references out",
                             names));
}

// Whether there is room for one more; what is too much is reported once.
bool SavedFilters::fits(const filter::Node& tree, const Extent& extent, Findings& findings) {
  if (too_large_) return false;
  compiled_nodes_ = sum_up_to(max_compiled_nodes, compiled_nodes_, extent.nodes);
  compiled_items_ = sum_up_to(max_compiled_items, compiled_items_, extent.items);
  compiled_constant_bytes_ =
      sum_up_to(max_compiled_constant_bytes, compiled_constant_bytes_, extent.constant_bytes);
  std::string excess;
  if (compiled_nodes_ > max_compiled_nodes) {
    excess = fmt::format("more than {} conditions; make them smaller", max_compiled_nodes);
  } else if (compiled_items_ > max_compiled_items) {
    excess = fmt::format("more than {} list items; use those with long lists less often",
                         max_compiled_items);
  } else if (compiled_constant_bytes_ > max_compiled_constant_bytes) {
    excess = fmt::format("more than {} MiB of constants; use those with long constants less often",
                         max_compiled_constant_bytes >> 20);
  }
  if (excess.empty()) return true;
  too_large_ = true;
  findings.error(tree.span.begin, fmt::format("with saved filters in place of their names the "
                                              "filters up to here come to {}",
                                              excess));
  return false;
}

// The same for the expressions of one that has been compiled.
bool SavedFilters::fits_with(const filter::Node& tree, std::size_t pattern_bytes,
                             Findings& findings) {
  compiled_pattern_bytes_ += pattern_bytes;
  if (compiled_pattern_bytes_ <= max_compiled_pattern_bytes) return true;
  too_large_ = true;
  findings.error(
      tree.span.begin,
      fmt::format("with saved filters in place of their names the expressions of 'match' "
                  "up to here take more than {} MiB; make repetitions such as {{1000}} "
                  "shorter, or use those filters less often",
                  max_compiled_pattern_bytes >> 20));
  return false;
}

bool SavedFilters::compiles(const filter::Node& tree, Use use, const Extent& extent,
                            Findings& findings) {
  if (!fits(tree, extent, findings)) return false;
  SlotMap slots(schema_);  // thrown away: this is only to see whether it compiles
  const auto find = [this](std::string_view name) -> const filter::Node* {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &entries_[found->second].tree;
  };
  try {
    const filter::Environment environment{find, {}, tables_, use == Use::aggregation};
    const filter::Program program = filter::compile(tree, environment, slots);
    return fits_with(tree, program.pattern_bytes(), findings);
  } catch (const Failure& failure) {
    const auto offset = failure.position().offset;
    findings.error(offset < 0 ? tree.span.begin : static_cast<std::size_t>(offset), failure.what());
    return false;
  }
}

}  // namespace weir::rule
