// What an aggregation rule means, as text: to tell whether two rules mean the same, and to keep a
// rule beside its open buckets.
#pragma once

#include <string>

#include "aggregate/settings.h"
#include "event/schema.h"
#include "filter/program.h"

namespace weir::rule {

// Two rules mean the same, so that buckets of one may go on under the other, if their forms are
// equal. Everything counts but the description and functions of the host that go by no name.
struct NormalForm {
  Schema schema = Schema::kuma;
  // A map in JSON, as parse_rule reads it: all settings in the order of the schema of documents,
  // those that were not stated too, but for the filter.
  std::string settings;
  std::string filter;  // an expression, saved filters in place of their names; empty: there is none
  friend bool operator==(const NormalForm&, const NormalForm&) = default;
};

// saved: the filters that the rule's own may name. Throws as filter::inline_saved.
NormalForm normal_form(const aggregate::Settings& rule, const filter::FindSaved& saved);

// The rule without its filter: buckets know nothing of it, and what it looks things up in may be
// gone. Throws Failure(invalid_document) for one that this version does not know.
aggregate::Settings settings_of(const NormalForm& form);

// What this version makes of a form that another one wrote: settings may have been added since.
// Throws as settings_of.
NormalForm renewed(const NormalForm& form);

}  // namespace weir::rule
