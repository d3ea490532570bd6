// An enrichment rule, compiled: what it does to one event, without asking anybody outside.
#pragma once

#include <variant>

#include "enrich/constant.h"
#include "enrich/copy.h"
#include "enrich/geographic.h"
#include "enrich/settings.h"
#include "enrich/subject.h"
#include "enrich/table_lookup.h"
#include "enrich/template.h"
#include "enrich/timezone.h"

namespace weir::enrich {

// Each has `Effect apply(Subject&) const`, which throws nothing but bad_alloc.
using Step = std::variant<Constant, Copy, TableLookup, Template, Geographic, Timezone>;

// Whether the rule is a step: the host's functions and what asks over the network are not.
bool is_step(const Kind& kind) noexcept;

// Throws Failure(invalid_document): a lookup that is not there. REQUIRES: is_step
Step compile(const Kind& kind, Wiring& wiring);

inline Effect apply(const Step& step, Subject& subject) {
  return std::visit([&](const auto& one) { return one.apply(subject); }, step);
}

}  // namespace weir::enrich
