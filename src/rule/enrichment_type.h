// The types of enrichment rules: the keys of each, and how its settings are read. A file each.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "enrich/settings.h"
#include "lookup/tables.h"
#include "rule/findings.h"
#include "rule/settings_map.h"
#include "rule/source.h"

namespace weir::rule {

// Whether a rule must name its callback. One that is created with its functions need not.
enum class Callback : std::uint8_t { required, optional };

// The map of one rule, and what reading it takes.
struct EnrichmentMap {
  const SettingsMap& map;
  const Source& source;
  Schema schema;
  const lookup::Tables* tables;  // what the document declares; null: nothing
  std::string_view directory;    // where relative paths of files start
  Callback callback;

  Findings& findings() const { return map.findings(); }
  // The field that a key names. An absent key is an error that ends in `remedy`.
  std::optional<FieldId> field(std::string_view key, std::string_view remedy) const;
  // The fields of a list of at least one.
  std::vector<FieldId> fields(std::string_view key, std::string_view remedy) const;
  // The rows of a map, in its order: keys and values as nodes. Reports a map that is missing, none,
  // or empty.
  std::vector<std::pair<const Node*, const Node*>> rows(std::string_view key,
                                                        std::string_view remedy) const;
};

struct EnrichmentType {
  std::string_view name;
  std::span<const Word> keys;  // besides type, name and filter
  // Reports what is wrong; nullopt then. Null: of a later version.
  std::optional<enrich::Kind> (*read)(const EnrichmentMap& rule);
};

extern const EnrichmentType host_type;
extern const EnrichmentType constant_type;
extern const EnrichmentType event_type;
extern const EnrichmentType dictionary_type;
extern const EnrichmentType table_type;
extern const EnrichmentType template_type;
extern const EnrichmentType geographic_type;
extern const EnrichmentType timezone_type;
extern const EnrichmentType dns_type;
extern const EnrichmentType cybertrace_type;

}  // namespace weir::rule
