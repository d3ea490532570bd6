// The fields that an enrichment rule reads and fills.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rule/enrichment_type.h"

namespace weir::rule {

// The field that a key names, of which a rule can read or fill one value or an array: not `Extra`
// as a whole, nor structured data such as TI. An absent key is an error that ends in `remedy`.
std::optional<FieldId> read_value_field(const EnrichmentMap& rule, std::string_view key,
                                        std::string_view remedy);

// The same of a node. must: "mapping must hold names of fields"
std::optional<FieldId> read_value_field(const EnrichmentMap& rule, const Node& node,
                                        std::string_view must);

// The fields whose values make the key of a lookup: each holds one value.
std::vector<FieldId> read_key_fields(const EnrichmentMap& rule);

// "a table", "an active list", for messages.
std::string kind_with_article(lookup::Kind kind);

}  // namespace weir::rule
