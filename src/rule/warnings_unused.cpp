// Saved filters and lookups that nothing names.
#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rule/settings_map.h"
#include "rule/warnings.h"

namespace weir::rule {

namespace {

// What the filters and enrichment rules of a document name. Filters of a saved filter that nothing
// uses count too: it is the saved filter that is told then, and not all that it names.
class Used {
 public:
  explicit Used(const Document& document) {
    for (const DeclaredTable& declared : document.tables) declared_.add(declared.table);
    for (const SavedFilter& saved : document.filters) add(saved.tree);
    if (document.filter) add(*document.filter);
    for (const auto& rule : document.aggregation)
      if (rule.filter) add(*rule.filter);
    for (const auto& rule : document.enrichment) {
      if (rule.filter) add(*rule.filter);
      add(rule.kind);
    }
  }

  bool has_filter(const std::string& name) const { return filters_.contains(name); }
  bool has_table(const lookup::NamedTable& table) const {
    return tables_.contains(table.rows.get());
  }

 private:
  void add(const filter::Node& node) {
    if (node.type == filter::Node::Type::saved) filters_.insert(node.saved_name);
    for (const filter::Operand* operand : {&node.left, &node.right})
      if (const auto* lookup = std::get_if<filter::Lookup>(operand))
        add(lookup->kind, lookup->name);
    for (const filter::Node& child : node.children) add(child);
  }

  void add(const enrich::Kind& rule) {
    if (const auto* const dictionary = std::get_if<enrich::DictionarySettings>(&rule))
      add(lookup::Kind::dictionary, dictionary->dictionary);
    if (const auto* const table = std::get_if<enrich::TableSettings>(&rule))
      for (const lookup::Kind kind :
           {lookup::Kind::table, lookup::Kind::active_list, lookup::Kind::context_table})
        add(kind, table->table);
  }

  void add(lookup::Kind kind, std::string_view name) {
    if (const auto* found = declared_.find(kind, name)) tables_.insert(found->rows.get());
  }

  std::set<std::string> filters_;
  lookup::Tables declared_;  // found as filters find them: by name, or by id in either case
  std::set<const lookup::Table*> tables_;
};

// Calls each(node) with the names of a section, a map of names or a list of maps with a `name`.
template <class Each>
void for_each_name(const Node& root, std::string_view key, Each each) {
  const Node* section = find_value(root, key);
  if (section == nullptr) return;
  if (section->kind == Node::Kind::map) {
    for (std::size_t i = 0; i < section->pairs(); ++i) each(section->key(i));
    return;
  }
  for (const Node& item : section->children)
    if (const Node* name = find_value(item, "name")) each(*name);
}

void warn_of_unused_tables(const Node& root, const Document& document, const Used& used,
                           Findings& findings) {
  constexpr std::pair<std::string_view, lookup::Kind> sections[] = {
      {"dictionaries", lookup::Kind::dictionary},
      {"tables", lookup::Kind::table},
      {"active_lists", lookup::Kind::active_list},
      {"context_tables", lookup::Kind::context_table}};
  std::set<std::pair<lookup::Kind, std::string_view>> unused;
  for (const DeclaredTable& declared : document.tables)
    if (!used.has_table(declared.table))
      unused.emplace(declared.table.rows->shape().kind, declared.table.name);
  for (const auto& [section, kind] : sections)
    for_each_name(root, section, [&, kind = kind](const Node& name) {
      if (unused.contains({kind, name.text}))
        findings.warning(name,
                         fmt::format("nothing uses the {} {}; name it in a rule, or remove it",
                                     lookup::kind_name(kind), quote(name.text)));
    });
}

}  // namespace

void warn_of_unused(const Node& root, const Document& document, Findings& findings) {
  // A document of nothing else is a collection, such as an import: others will use it.
  if (!document.filter && document.aggregation.empty() && document.enrichment.empty()) return;
  const Used used(document);
  for_each_name(root, "filters", [&](const Node& name) {
    if (!used.has_filter(name.text))
      findings.warning(name, fmt::format("nothing uses the saved filter {}; name it in a rule's "
                                         "filter, or remove it",
                                         quote(name.text)));
  });
  warn_of_unused_tables(root, document, used, findings);
}

}  // namespace weir::rule
