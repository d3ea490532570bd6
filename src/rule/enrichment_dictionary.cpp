// `type: dictionary`.
#include <fmt/format.h>

#include "rule/enrichment_fields.h"
#include "rule/enrichment_type.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 3> dictionary_keys{{{"dictionary"}, {"keys"}, {"target"}}};

void check_dictionary(const EnrichmentMap& rule, const std::string& name) {
  const lookup::Tables none;
  const lookup::Tables& tables = rule.tables == nullptr ? none : *rule.tables;
  if (tables.find(lookup::Kind::dictionary, name) != nullptr) return;
  std::string hint;
  if (const auto* const other = enrich::find_columns(tables, name))
    hint = fmt::format(", but there is {} of that name; write 'type: table'",
                       kind_with_article(other->rows->shape().kind));
  if (hint.empty()) hint = suggest(name, tables.names(lookup::Kind::dictionary));
  if (hint.empty()) hint = "; declare it under 'dictionaries'";
  rule.findings().error(*rule.map.find("dictionary"),
                        fmt::format("unknown dictionary {}{}", quote(name), hint));
}

std::optional<enrich::Kind> read_dictionary(const EnrichmentMap& rule) {
  enrich::DictionarySettings settings;
  rule.map.require("dictionary", "name the dictionary, or write its id");
  if (auto name = rule.map.text("dictionary", 1, max_name)) {
    check_dictionary(rule, *name);
    settings.dictionary = std::move(*name);
  }
  settings.keys = read_key_fields(rule);
  const auto target = read_value_field(rule, "target", "name the field that has the value");
  if (!target) return std::nullopt;
  settings.target = *target;
  return settings;
}

}  // namespace

const EnrichmentType dictionary_type{"dictionary", dictionary_keys, read_dictionary};

}  // namespace weir::rule
