// `type: template`.
#include "base/error.h"
#include "rule/enrichment_fields.h"
#include "rule/enrichment_type.h"
#include "rule/scalar_map.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 2> template_keys{{{"template"}, {"target"}}};

// Errors stand at their own places in the text.
std::shared_ptr<const enrich::TemplateText> read_text(const EnrichmentMap& rule) {
  rule.map.require("template", "write a text with fields in it, such as '{{.Name}}'");
  const auto text = rule.map.text("template", 1, enrich::max_template);
  if (!text) return nullptr;
  std::vector<Failure> failures;  // of unknown fields all
  std::shared_ptr<const enrich::TemplateText> whole;
  try {
    whole = std::make_shared<const enrich::TemplateText>(
        enrich::TemplateText::parse(*text, rule.schema, failures));
  } catch (const Failure& failure) {
    failures.push_back(failure);
  }
  if (failures.empty()) return whole;
  const auto map = map_to_source(rule.source.text(), *rule.map.find("template"));
  for (const Failure& failure : failures) {
    const auto offset =
        static_cast<std::size_t>(std::max<std::int64_t>(0, failure.position().offset));
    rule.findings().error(map[std::min(offset, map.size() - 1)],
                          std::string("in the template: ") + failure.what());
  }
  return nullptr;
}

std::optional<enrich::Kind> read_template(const EnrichmentMap& rule) {
  enrich::TemplateSettings settings;
  settings.text = read_text(rule);
  const auto target = read_value_field(rule, "target", "name the field that the text goes into");
  if (!settings.text || !target) return std::nullopt;
  settings.target = *target;
  return settings;
}

}  // namespace

const EnrichmentType template_type{"template", template_keys, read_template};

}  // namespace weir::rule
