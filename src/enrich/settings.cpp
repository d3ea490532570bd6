#include "enrich/settings.h"

#include <array>
#include <string_view>

#include "event/standard_fields.h"

namespace weir::enrich {

namespace {

struct Targets {
  std::vector<FieldId> operator()(const HostSettings& rule) const { return rule.targets; }
  std::vector<FieldId> operator()(const ConstantSettings& rule) const { return {rule.target}; }
  std::vector<FieldId> operator()(const EventSettings& rule) const { return {rule.target}; }
  std::vector<FieldId> operator()(const DictionarySettings& rule) const { return {rule.target}; }
  std::vector<FieldId> operator()(const TableSettings& rule) const { return of(rule.mapping); }
  std::vector<FieldId> operator()(const TemplateSettings& rule) const { return {rule.target}; }
  std::vector<FieldId> operator()(const GeographicSettings& rule) const { return of(rule.mapping); }
  std::vector<FieldId> operator()(const TimezoneSettings&) const {
    return {fields::DeviceTimeZone};
  }
  std::vector<FieldId> operator()(const DnsSettings& rule) const { return {rule.target}; }
  std::vector<FieldId> operator()(const CyberTraceSettings& rule) const {
    std::vector<FieldId> targets = of(rule.into);
    targets.push_back(fields::TI);
    return targets;
  }
  template <class Rows>
  static std::vector<FieldId> of(const Rows& rows) {
    std::vector<FieldId> targets;
    for (const auto& row : rows) targets.push_back(row.target);
    return targets;
  }
};

}  // namespace

const lookup::NamedTable* find_columns(const lookup::Tables& tables, std::string_view name) {
  for (const lookup::Kind kind :
       {lookup::Kind::table, lookup::Kind::active_list, lookup::Kind::context_table})
    if (const lookup::NamedTable* const found = tables.find(kind, name)) return found;
  return nullptr;
}

std::string_view type_name(const Kind& kind) noexcept {
  static constexpr std::array<std::string_view, std::variant_size_v<Kind>> names{
      "host",     "constant",   "event",    "dictionary", "table",
      "template", "geographic", "timezone", "dns",        "cybertrace"};
  return names[kind.index()];
}

std::vector<FieldId> targets_of(const Kind& kind) { return std::visit(Targets{}, kind); }

}  // namespace weir::enrich
