// Enrichment rules as KUMA writes them: {sourceKind, targetField, sourceField, constant, keyFields,
// template, mutation, filter, …}.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lookup/tables.h"
#include "rule/enrichment_type.h"
#include "rule/findings.h"
#include "rule/import_input.h"
#include "rule/node.h"
#include "rule/source.h"

namespace weir::rule {

// A rule as a document has it; without what depends on other rules: its name and its filter.
struct ImportedEnrichment {
  std::string name;
  std::size_t name_offset = 0;
  const EnrichmentType* type = nullptr;
  // The keys of its type. Each node has its place in what KUMA exported, so that the type's own
  // reader says what is wrong with it, and where.
  Node settings;
  std::string dictionary;  // that it asks; may be empty
};

// Gives the name of the dictionary that stands for the one with an id, which is at the offset.
using NameDictionary = std::function<std::string(const std::string& id, std::size_t offset)>;

// Reports what has no counterpart here, and gives nullopt if that is the rule itself.
std::optional<ImportedEnrichment> read_kuma_enrichment(const Resource& resource,
                                                       const NameDictionary& dictionary,
                                                       Findings& findings);

// Whether it would load; reports why not.
bool would_load(const ImportedEnrichment& rule, const Source& source, const lookup::Tables& tables,
                Findings& findings);

// Its lines in a document, from `type:` on.
std::string document_of(const ImportedEnrichment& rule);

}  // namespace weir::rule
