#include "rule/import_filters.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "rule/kuma_filter.h"
#include "rule/settings_map.h"
#include "rule/yaml_writer.h"

namespace weir::rule {

std::string ImportedNames::give(std::string_view wanted, std::size_t offset, Findings& findings) {
  constexpr std::size_t room = 12;  // for " (2)" and the like
  std::string base(wanted);
  if (count_code_points(wanted) > max_name) base = first_code_points(wanted, max_name - room);
  std::string name = base;
  std::size_t& count = counts_[base];  // names that were made of it: the next has a higher number
  while (!given_.insert(name).second)
    name = fmt::format("{} ({})", first_code_points(base, max_name - room), ++count + 1);
  if (base != wanted)
    findings.warning(
        offset, fmt::format("the name {} is too long; it becomes {}", quote(wanted), quote(name)));
  else if (name != wanted)
    findings.warning(offset, fmt::format("{} has the name {} too; this one becomes {}", other_,
                                         quote(wanted), quote(name)));
  return name;
}

std::string ImportedFilters::add(std::string_view name, filter::Node tree, std::size_t offset,
                                 Findings& findings) {
  std::string expression = filter::to_expression(tree);
  const auto [found, added] =
      by_content_.emplace(std::pair(std::string(name), expression), filters_.size());
  if (!added) return filters_[found->second].name;
  Filter& filter = filters_.emplace_back();
  filter.name = names_.give(name, offset, findings);
  filter.tree = std::move(tree);
  filter.expression = std::move(expression);
  filter.offset = offset;
  by_name_.emplace(filter.name, filters_.size() - 1);
  return filter.name;
}

const ImportedFilters::Filter* ImportedFilters::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &filters_[found->second];
}

void ImportedFilters::check(const lookup::Tables& tables, Findings& findings) {
  for (Filter& filter : filters_) filter.good = loads(filter.tree, false, tables, findings);
}

bool ImportedFilters::refers_to_bad(const filter::Node& tree, Findings& findings) const {
  if (tree.type == filter::Node::Type::saved) {
    const Filter* filter = find(tree.saved_name);
    if (filter == nullptr || filter->good) return false;
    findings.error(tree.span.begin,
                   fmt::format("the saved filter {} that stands here could not be imported",
                               quote(tree.saved_name)));
    return true;
  }
  for (const filter::Node& child : tree.children)
    if (refers_to_bad(child, findings)) return true;
  return false;
}

bool ImportedFilters::loads(const filter::Node& tree, bool aggregates, const lookup::Tables& tables,
                            Findings& findings) const {
  if (refers_to_bad(tree, findings)) return false;
  const auto saved = [this](std::string_view name) -> const filter::Node* {
    const Filter* filter = find(name);
    return filter == nullptr ? nullptr : &filter->tree;
  };
  return would_load(tree, {saved, {}, &tables, aggregates}, findings);
}

void ImportedFilters::visit(const std::function<void(const filter::Node& tree)>& see) const {
  for (const Filter& filter : filters_)
    if (filter.good) see(filter.tree);
}

std::string ImportedFilters::document() const {
  std::string out;
  for (const Filter& filter : filters_) {
    if (!filter.good) continue;
    if (out.empty()) out = "filters:\n";
    const std::string name = yaml_text(filter.name);
    // An expression has at least one condition; KUMA's own form need not.
    out += fmt::format("  {}:{}", name,
                       matches_everything(filter.tree)
                           ? " {root: {}}\n"
                           : yaml_expression(filter.expression, count_code_points(name) + 3, 4));
  }
  return out;
}

bool would_load(const filter::Node& tree, const filter::Environment& environment,
                Findings& findings) {
  if (matches_everything(tree)) return true;
  const auto refuse = [&](const Failure& failure, std::size_t offset) {
    if (failure.status() == Status::not_supported) return true;  // yet: loading says so
    findings.error(offset, failure.what());
    return false;
  };
  try {
    filter::parse_expression(filter::to_expression(tree));
  } catch (const Failure& failure) {
    return refuse(failure, tree.span.begin);  // its own place is one in the expression
  }
  try {
    SlotMap slots(Schema::kuma);  // thrown away: this is only to see whether it compiles
    filter::compile(tree, environment, slots);
  } catch (const Failure& failure) {
    const auto offset = failure.position().offset;
    return refuse(failure, offset < 0 ? tree.span.begin : static_cast<std::size_t>(offset));
  }
  return true;
}

}  // namespace weir::rule
