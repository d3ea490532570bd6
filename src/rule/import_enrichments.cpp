#include "rule/import_enrichments.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "base/uuid.h"
#include "enrich/template_text.h"
#include "rule/import_conversions.h"
#include "rule/kuma_filter.h"
#include "rule/settings_map.h"
#include "rule/yaml_writer.h"

namespace weir::rule {

namespace {

// Of every type, and of the resource around it; those that this does not read have a meaning for
// other types only.
constexpr std::array<std::string_view, 34> kuma_enrichment_keys{
    "id",          "name",      "kind",       "description", "tenantName",    "tenantID",
    "tags",        "version",   "label",      "sourceKind",  "sourceName",    "sourceField",
    "targetField", "constant",  "keyFields",  "template",    "mutation",      "filter",
    "debug",       "maxTasks",  "cacheTTL",   "timeout",     "cacheDisabled", "searchBase",
    "workers",     "mapping",   "keyMapping", "attempts",    "domains",       "connection",
    "secretID",    "recursion", "rps",        "timezone"};

constexpr std::size_t max_constant = 255;  // characters, as in KUMA

class EnrichmentReader {
 public:
  EnrichmentReader(const Resource& resource, const NameDictionary& dictionary, Findings& findings)
      : record_(*resource.payload), dictionary_(dictionary), findings_(findings) {
    rule_.name = resource.name;
    rule_.settings.kind = Node::Kind::map;
    rule_.settings.offset = record_.offset;
  }

  std::optional<ImportedEnrichment> read();

 private:
  const EnrichmentType* type();
  void read_name();
  void read_constant();
  void read_dictionary();
  void copy(std::string_view key, std::string_view theirs);
  void add(std::string_view key, Node value);
  void check_variable(const Node* field);
  void check_rest();

  const Node& record_;
  const NameDictionary& dictionary_;
  Findings& findings_;
  ImportedEnrichment rule_;
};

const EnrichmentType* EnrichmentReader::type() {
  constexpr std::array<std::string_view, 4> names{"constant", "event", "template", "dictionary"};
  const std::array<const EnrichmentType*, 4> types{&constant_type, &event_type, &template_type,
                                                   &dictionary_type};
  const Node* node = find_value(record_, "sourceKind");
  const std::string kind = text_of(record_, "sourceKind");
  for (std::size_t i = 0; i < names.size(); ++i)
    if (kind == names[i]) return types[i];
  if (kind.empty())
    findings_.error(node == nullptr ? record_ : *node,
                    "sourceKind is missing; it says what kind of enrichment rule this is");
  else
    findings_.error(*node, fmt::format("an enrichment rule of the kind {} is not imported; {} are",
                                       quote(kind), fmt::join(names, ", ")));
  return nullptr;
}

// The rules inside normalizers have no names but ids: such a name says what the rule does, too.
void EnrichmentReader::read_name() {
  const Node* name = find_value(record_, "name");
  rule_.name_offset = name == nullptr ? record_.offset : name->offset;
  const auto id = parse_uuid(rule_.name);
  if (!id && !rule_.name.empty()) return;
  rule_.name = fmt::format("{} by {}", text_of(record_, "targetField"), rule_.type->name);
  if (id) rule_.name += " " + to_string(*id).substr(0, 8);
}

void EnrichmentReader::add(std::string_view key, Node value) {
  Node name;
  name.text = key;
  name.offset = value.offset;
  rule_.settings.children.push_back(std::move(name));
  rule_.settings.children.push_back(std::move(value));
}

void EnrichmentReader::copy(std::string_view key, std::string_view theirs) {
  const Node* value = find_value(record_, theirs);
  if (!is_absent(value)) add(key, *value);
}

// Of correlation rules.
void EnrichmentReader::check_variable(const Node* field) {
  if (is_absent(field)) return;
  for (const Node& item : field->children) check_variable(&item);
  if (field->kind == Node::Kind::scalar && field->text.starts_with('$'))
    findings_.error(*field, fmt::format("{} is a variable of correlation rules, not an event "
                                        "field; aggregation and enrichment rules have none",
                                        quote(field->text)));
}

void EnrichmentReader::read_constant() {
  const Node* node = find_value(record_, "constant");
  Node value;
  if (node != nullptr) value = *node;
  value.quoted = true;
  const std::size_t size = count_code_points(value.text);
  if (size > max_constant) {
    findings_.warning(value, fmt::format("the constant has {} characters, and a constant has at "
                                         "most {}; it becomes a template without fields",
                                         size, max_constant));
    rule_.type = &template_type;
    value.text = enrich::template_of(value.text);
    add("template", std::move(value));
    return;
  }
  add("value", std::move(value));
}

void EnrichmentReader::read_dictionary() {
  const Node* node = find_value(record_, "sourceName");
  const std::string id = text_of(record_, "sourceName");
  if (id.empty()) {
    findings_.error(node == nullptr ? record_ : *node,
                    "sourceName is missing; it names the dictionary");
    return;
  }
  Node name = *node;
  name.quoted = true;
  name.text = rule_.dictionary = dictionary_(id, node->offset);
  add("dictionary", std::move(name));
  check_variable(find_value(record_, "keyFields"));
  copy("keys", "keyFields");
}

// What says something, and has no counterpart.
void EnrichmentReader::check_rest() {
  if (!text_of(record_, "label").empty())
    findings_.warning(*find_value(record_, "label"),
                      "the label is left out; give the field's label a rule of its own, of the "
                      "type constant");
  if (text_of(record_, "debug") == "true")
    findings_.warning(*find_value(record_, "debug"), "debug is left out; it has no counterpart");
  const Node* mutation = find_value(record_, "mutation");
  if (rule_.type != &event_type && !is_empty_list(mutation))
    findings_.warning(*mutation, "mutation is left out; rules of the kind 'event' alone have it");
  const Node* filter = find_value(record_, "filter");
  if (!is_absent(filter) && filter->kind != Node::Kind::map && filter->kind != Node::Kind::broken)
    findings_.error(*filter, fmt::format("filter must be a filter as KUMA exports it, whole, not "
                                         "{}",
                                         describe(*filter)));
}

std::optional<ImportedEnrichment> EnrichmentReader::read() {
  const std::size_t errors = findings_.errors();
  warn_of_unknown_keys(record_, kuma_enrichment_keys, findings_);
  rule_.type = type();
  if (rule_.type == nullptr) return std::nullopt;
  read_name();
  check_rest();
  if (rule_.type == &constant_type) {
    read_constant();
  } else if (rule_.type == &event_type) {
    check_variable(find_value(record_, "sourceField"));
    copy("source", "sourceField");
  } else if (rule_.type == &template_type) {
    copy("template", "template");
  } else {
    read_dictionary();
  }
  check_variable(find_value(record_, "targetField"));
  copy("target", "targetField");
  if (rule_.type == &event_type)
    if (auto list = kuma_conversions(record_, findings_)) add("conversions", std::move(*list));
  if (findings_.errors() != errors) return std::nullopt;
  return std::move(rule_);
}

std::string scalar(const Node& node, bool flow) {
  if (!node.quoted) return node.text;
  return flow ? yaml_flow_text(node.text) : yaml_text(node.text);
}

// A word, or a map of one key.
std::string conversion(const Node& item) {
  if (item.kind == Node::Kind::scalar) return item.text;
  const Node& value = item.value(0);
  std::string out = item.key(0).text + ": ";
  if (value.kind == Node::Kind::scalar) return out + scalar(value, false);
  out += '{';
  for (std::size_t i = 0; i < value.pairs(); ++i)
    out +=
        fmt::format("{}{}: {}", i > 0 ? ", " : "", value.key(i).text, scalar(value.value(i), true));
  return out + "}";
}

}  // namespace

std::optional<ImportedEnrichment> read_kuma_enrichment(const Resource& resource,
                                                       const NameDictionary& dictionary,
                                                       Findings& findings) {
  return EnrichmentReader(resource, dictionary, findings).read();
}

bool would_load(const ImportedEnrichment& rule, const Source& source, const lookup::Tables& tables,
                Findings& findings) {
  if (rule.type->read == nullptr) return true;  // not supported yet: loading says so
  const std::size_t errors = findings.errors();
  const SettingsMap map(rule.settings, rule.type->keys, findings);
  rule.type->read({map, source, Schema::kuma, &tables, {}, Callback::optional});
  return findings.errors() == errors;
}

std::string document_of(const ImportedEnrichment& rule) {
  std::string out = fmt::format("    type: {}\n", rule.type->name);
  for (std::size_t i = 0; i < rule.settings.pairs(); ++i) {
    const std::string& key = rule.settings.key(i).text;
    const Node& value = rule.settings.value(i);
    if (value.kind == Node::Kind::scalar) {
      out += fmt::format("    {}: {}\n", key, scalar(value, false));
    } else if (key == "conversions") {
      out += "    conversions:\n";
      for (const Node& item : value.children) out += fmt::format("      - {}\n", conversion(item));
    } else {
      std::vector<std::string> names;
      for (const Node& item : value.children) names.push_back(item.text);
      out += fmt::format("    {}: {}\n", key, yaml_list(names, 6));
    }
  }
  return out;
}

}  // namespace weir::rule
