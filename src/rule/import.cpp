#include "rule/import.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "rule/import_enrichments.h"
#include "rule/import_filters.h"
#include "rule/import_input.h"
#include "rule/import_lookups.h"
#include "rule/import_rules.h"
#include "rule/kuma_filter.h"
#include "rule/settings_map.h"
#include "rule/yaml_writer.h"

namespace weir::rule {

namespace {

constexpr std::string_view nameless = "Filter";

// First everything is read, for only then is it known what lookups there are; then it is seen what
// of it would load; then that is written.
class Importer {
 public:
  Importer(const Source& source, Findings& findings) : source_(source), findings_(findings) {}

  void take(const Resource& resource);
  std::string document();

 private:
  struct Rule {
    ImportedRule read;
    std::optional<filter::Node> filter;
  };

  struct Enrichment {
    ImportedEnrichment read;
    std::optional<filter::Node> filter;
  };

  KumaReading reading();
  bool read_filter(const Resource& resource, std::optional<filter::Node>& tree);
  void take_rule(const Resource& resource);
  void take_enrichment(const Resource& resource);
  std::string rules(const lookup::Tables& tables);
  std::string enrichments(const lookup::Tables& tables);

  const Source& source_;
  Findings& findings_;
  ImportedFilters filters_;
  ImportedLookups lookups_;
  std::vector<Rule> rules_;
  std::vector<Enrichment> enrichments_;
};

KumaReading Importer::reading() {
  KumaReading reading;
  reading.embedded = [this](const Node& payload, filter::Node tree) {
    std::string name = text_of(payload, "name");
    filter::Node saved;
    saved.type = filter::Node::Type::saved;
    saved.span = tree.span;
    saved.saved_name =
        filters_.add(name.empty() ? nameless : name, std::move(tree), payload.offset, findings_);
    return saved;
  };
  reading.lookup = [this](filter::Lookup& lookup, const KumaLookup& place) {
    lookups_.take(lookup, place, findings_);
  };
  return reading;
}

void Importer::take(const Resource& resource) {
  if (resource.kind == Resource::Kind::aggregation) {
    take_rule(resource);
    return;
  }
  if (resource.kind == Resource::Kind::enrichment) {
    take_enrichment(resource);
    return;
  }
  auto tree = read_kuma_filter(*resource.payload, reading(), findings_);
  if (!tree) return;
  if (matches_everything(*tree))
    findings_.warning(*resource.payload, "the filter has no conditions; it matches every event");
  filters_.add(resource.name.empty() ? nameless : resource.name, std::move(*tree),
               resource.payload->offset, findings_);
}

// The filter of a rule, if it has one. False if it is wrong.
bool Importer::read_filter(const Resource& resource, std::optional<filter::Node>& tree) {
  const Node* payload = find_value(*resource.payload, "filter");
  if (payload == nullptr || payload->kind != Node::Kind::map) return true;
  const KumaReading how = reading();
  tree = read_kuma_filter(*payload, how, findings_);
  if (!tree) return false;
  // Inline ones have no id.
  if (matches_everything(*tree))
    tree.reset();
  else if (!text_of(*payload, "id").empty() && !text_of(*payload, "name").empty())
    tree = how.embedded(*payload, std::move(*tree));
  return true;
}

void Importer::take_rule(const Resource& resource) {
  auto read = read_kuma_rule(resource, findings_);
  std::optional<filter::Node> tree;
  if (read_filter(resource, tree) && read) rules_.push_back({std::move(*read), std::move(tree)});
}

void Importer::take_enrichment(const Resource& resource) {
  const auto dictionary = [this](const std::string& id, std::size_t offset) {
    filter::Lookup lookup;
    lookup.kind = lookup::Kind::dictionary;
    lookup.name = id;
    lookups_.take(lookup, {offset, nullptr}, findings_);
    return lookup.name;
  };
  auto read = read_kuma_enrichment(resource, dictionary, findings_);
  std::optional<filter::Node> tree;
  if (read_filter(resource, tree) && read)
    enrichments_.push_back({std::move(*read), std::move(tree)});
}

std::string Importer::rules(const lookup::Tables& tables) {
  std::map<std::string, ImportedNames> names;  // by tenant
  std::set<std::string> ids;
  std::string out;
  for (Rule& rule : rules_) {
    if (rule.filter && !filters_.loads(*rule.filter, true, tables, findings_)) continue;
    if (rule.filter) lookups_.use(*rule.filter);
    if (out.empty()) out = "aggregation:\n";
    ImportedRule& read = rule.read;
    ImportedNames& given = names.try_emplace(read.tenant, "another rule").first->second;
    const std::string name = given.give(read.name, read.name_offset, findings_);
    out += fmt::format("  - name: {}\n", yaml_text(name));
    if (!read.tenant.empty()) out += fmt::format("    tenant: {}\n", yaml_text(read.tenant));
    if (!read.id.empty()) {
      if (ids.insert(read.id).second)
        out += fmt::format("    id: {}\n", yaml_text(read.id));
      else
        findings_.warning(read.name_offset, fmt::format("another rule has the id {}; this one gets "
                                                        "one made of tenant and name",
                                                        quote(read.id)));
    }
    out += read.settings;
    if (rule.filter)
      out += "    filter:" + yaml_expression(filter::to_expression(*rule.filter), 11, 6);
  }
  return out;
}

std::string Importer::enrichments(const lookup::Tables& tables) {
  ImportedNames names("another enrichment rule");
  std::string out;
  for (Enrichment& rule : enrichments_) {
    if (!would_load(rule.read, source_, tables, findings_)) continue;
    if (rule.filter && !filters_.loads(*rule.filter, false, tables, findings_)) continue;
    if (rule.filter) lookups_.use(*rule.filter);
    if (!rule.read.dictionary.empty()) lookups_.use(lookup::Kind::dictionary, rule.read.dictionary);
    if (out.empty()) out = "enrichment:\n";
    const std::string name = names.give(rule.read.name, rule.read.name_offset, findings_);
    out += fmt::format("  - name: {}\n", yaml_text(name)) + document_of(rule.read);
    if (rule.filter)
      out += "    filter:" + yaml_expression(filter::to_expression(*rule.filter), 11, 6);
  }
  return out;
}

std::string Importer::document() {
  const lookup::Tables tables = lookups_.tables();
  filters_.check(tables, findings_);
  const std::string aggregation = rules(tables);
  const std::string enrichment = enrichments(tables);
  filters_.visit([this](const filter::Node& tree) { lookups_.use(tree); });
  return lookups_.document(findings_) + filters_.document() + aggregation + enrichment;
}

std::string json_of(std::string_view key, const std::string& value, Findings& findings) {
  return fmt::format("{{\"{}\":{},\"diagnostics\":{}}}\n", key, value,
                     diagnostics_json(findings.finish()));
}

}  // namespace

std::string import_json(std::string_view text) {
  const Source source(text);
  Findings findings(source);
  const std::vector<Node> values = read_values(source, findings);
  Importer importer(source, findings);
  for (const Node& value : values)
    for (const Resource& resource : resources_of(value, findings)) importer.take(resource);
  std::string document;
  append_json_string(document, importer.document());
  return json_of("document", document, findings);
}

std::string expressions_json(std::string_view text) {
  const Source source(text);
  Findings findings(source);
  ImportedLookups lookups;
  KumaReading reading;
  // An expression names them as KUMA does; the stubs are there to see whether it would load.
  reading.lookup = [&](const filter::Lookup& lookup, const KumaLookup& place) {
    filter::Lookup taken = lookup;
    lookups.take(taken, place, findings);
  };
  std::vector<std::pair<std::string, filter::Node>> filters;
  for (const Node& value : read_values(source, findings))
    for (const Resource& resource : resources_of(value, findings)) {
      if (resource.kind != Resource::Kind::filter) {
        findings.error(*resource.payload,
                       fmt::format("an {} rule is no filter, so it has no expression; import it "
                                   "into a document",
                                   resource.kind == Resource::Kind::aggregation ? "aggregation"
                                                                                : "enrichment"));
        continue;
      }
      auto tree = read_kuma_filter(*resource.payload, reading, findings);
      if (!tree) continue;
      if (matches_everything(*tree))
        findings.error(*resource.payload,
                       "the filter has no conditions, so it has no expression; leave it out");
      else
        filters.emplace_back(resource.name, std::move(*tree));
    }
  const lookup::Tables tables = lookups.tables();
  std::string out = "[";
  for (const auto& [name, tree] : filters) {
    if (!would_load(tree, {{}, {}, &tables, false}, findings)) continue;
    out += out.size() > 1 ? ",\n{\"name\":" : "\n{\"name\":";
    append_json_string(out, name);
    out += ",\"expression\":";
    append_json_string(out, filter::to_expression(tree));
    out += '}';
  }
  return json_of("expressions", out + "\n]", findings);
}

}  // namespace weir::rule
