#include "enrich/step.h"

#include "base/error.h"

namespace weir::enrich {

bool is_step(const Kind& kind) noexcept {
  return !std::holds_alternative<HostSettings>(kind) &&
         !std::holds_alternative<DnsSettings>(kind) &&
         !std::holds_alternative<CyberTraceSettings>(kind);
}

Step compile(const Kind& kind, Wiring& wiring) {
  if (const auto* const settings = std::get_if<ConstantSettings>(&kind))
    return Constant(*settings, wiring);
  if (const auto* const settings = std::get_if<EventSettings>(&kind))
    return Copy(*settings, wiring);
  if (const auto* const settings = std::get_if<DictionarySettings>(&kind))
    return TableLookup(*settings, wiring);
  if (const auto* const settings = std::get_if<TableSettings>(&kind))
    return TableLookup(*settings, wiring);
  if (const auto* const settings = std::get_if<TemplateSettings>(&kind))
    return Template(*settings, wiring);
  if (const auto* const settings = std::get_if<GeographicSettings>(&kind))
    return Geographic(*settings, wiring);
  if (const auto* const settings = std::get_if<TimezoneSettings>(&kind))
    return Timezone(*settings, wiring);
  throw Failure(Status::internal, "an enrichment rule that is no step was compiled as one");
}

}  // namespace weir::enrich
