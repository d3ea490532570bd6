// Rules of the types `template` and `timezone`, as documents have them.
#include <variant>

#include "found.h"

namespace weir::rule {
namespace {

// An enrichment rule with a name, a type and more lines, from the third on.
Lines enrichment_rule(std::string_view type, std::string_view lines) {
  return rule("name: r\ntype: " + std::string(type) + "\n" + std::string(lines));
}

TEST(EnrichmentTemplate, IsRead) {
  const Parsed parsed =
      parse_rule("type: template\nname: r\ntemplate: 'a {{.Name}}'\ntarget: Message\n", {});
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.document.enrichment.size(), 1U);
  const enrich::Settings& settings = parsed.document.enrichment[0];
  const auto* kind = std::get_if<enrich::TemplateSettings>(&settings.kind);
  ASSERT_NE(kind, nullptr);
  EXPECT_NE(kind->text, nullptr);
  EXPECT_EQ(settings.targets, std::vector<FieldId>{field_id("Message")});
}

TEST(EnrichmentTemplate, NamesWhatIsMissing) {
  EXPECT_EQ(enrichment_rule("template", ""),
            (Lines{"1:1: error: 'template' is missing; write a text with fields in it, such as "
                   "'{{.Name}}'",
                   "1:1: error: 'target' is missing; name the field that the text goes into"}));
  EXPECT_EQ(enrichment_rule("template", "template: [a]\ntarget: Nmae\ntext: b\n"),
            (Lines{"3:11: error: template must be text, not a list",
                   "4:9: error: unknown field 'Nmae'; did you mean 'Name'?",
                   "5:1: error: unknown key 'text'; known here are type, name, filter, template, "
                   "target"}));
}

TEST(EnrichmentTemplate, ShowsBracesWithoutQuotes) {
  const auto found = enrichment_rule("template", "template: {{.Name}}\ntarget: Message\n");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(
      found.front(),
      "3:11: error: template must be text, not a map; put text that begins with '{' in quotes");
}

TEST(EnrichmentTemplate, ShowsMistakesAtTheirPlacesInTheText) {
  EXPECT_EQ(enrichment_rule("template", "target: Message\ntemplate: 'a {{.Nmae}} {{.Massage}}'\n"),
            (Lines{"4:16: error: in the template: unknown field 'Nmae'; did you mean 'Name'?",
                   "4:26: error: in the template: unknown field 'Massage'; did you mean "
                   "'Message'?"}));
  EXPECT_EQ(enrichment_rule("template", "target: Message\ntemplate: |\n  first\n  {{.Name}\n"),
            (Lines{"6:10: error: in the template: an action ends with '}}', not with one brace"}));
  EXPECT_EQ(
      enrichment_rule("template", "target: Message\ntemplate: \"\\u00e9\\t{{end}}\"\n"),
      (Lines{"4:20: error: in the template: 'end' without an 'if' in front of it; remove it"}));
}

TEST(EnrichmentTemplate, RefusesTargetsThatHoldNoText) {
  for (const std::string_view target : {"TI", "Extra"})
    EXPECT_EQ(
        enrichment_rule("template", "template: a\ntarget: " + std::string(target) + "\n").size(),
        1U)
        << target;
}

TEST(EnrichmentTimezone, IsRead) {
  for (const std::string_view zone : {"Europe/Moscow", "'+03:00'", "+03:00", "MSK", "UTC"})
    EXPECT_EQ(enrichment_rule("timezone", "zone: " + std::string(zone) + "\n"), Lines{}) << zone;
  const Parsed parsed = parse_rule("type: timezone\nname: r\nzone: Europe/Moscow\n", {});
  ASSERT_EQ(parsed.document.enrichment.size(), 1U);
  EXPECT_EQ(parsed.document.enrichment[0].targets,
            std::vector<FieldId>{field_id("DeviceTimeZone")});
}

TEST(EnrichmentTimezone, NamesWhatIsWrong) {
  EXPECT_EQ(enrichment_rule("timezone", ""),
            (Lines{"1:1: error: 'zone' is missing; name a time zone such as Europe/Moscow"}));
  EXPECT_EQ(enrichment_rule("timezone", "zone: Europe/Moskow\n"),
            (Lines{"3:7: error: unknown zone 'Europe/Moskow'; did you mean 'Europe/Moscow'?"}));
  EXPECT_EQ(enrichment_rule("timezone", "zone: [UTC]\n"),
            (Lines{"3:7: error: zone must be a name such as Europe/Moscow or an offset such as "
                   "'+03:00', not a list"}));
  EXPECT_EQ(enrichment_rule("timezone", "zone: xyzzy-plugh\n"),
            (Lines{"3:7: error: unknown zone 'xyzzy-plugh'; name one of the IANA database such as "
                   "Europe/Moscow (package tzdata), or write an offset such as '+03:00'"}));
  EXPECT_EQ(enrichment_rule("timezone", "zone: UTC\ntarget: S.x\n").size(), 1U);
}

}  // namespace
}  // namespace weir::rule
