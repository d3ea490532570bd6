#include "rule/aggregation.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "rule/fields.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 22> keys{{
    {"name"},
    {"tenant"},
    {"id"},
    {"description"},
    {"threshold"},
    {"lifetime"},
    {"identical_fields"},
    {"unique_fields"},
    {"sum_fields"},
    {"filter"},
    {"callback"},
    {"sum_strings"},
    {"missing"},
    // Of these only the default may be stated; read_later sees to it.
    {"unique_mode"},
    {"unique_limit"},
    {"unique_as"},
    {"other_fields"},
    {"single"},
    {"output_reason"},
    {"statistics"},
    {"max_groups", true},
    {"max_bytes", true},
}};

constexpr std::array<Word, 2> sum_strings{{{"numeric"}, {"join"}}};
constexpr std::array<Word, 2> missing{{{"group"}, {"pass"}}};

constexpr std::int64_t default_unique_limit = 1000;
constexpr std::int64_t largest_limit = std::numeric_limits<std::int32_t>::max();

void read_id(const SettingsMap& rule, aggregate::Settings& settings) {
  settings.id = aggregate::rule_id(settings.tenant, settings.name);
  const Node* node = rule.find("id");
  if (node == nullptr || node->kind == Node::Kind::broken) return;
  const auto id = node->kind == Node::Kind::scalar ? parse_uuid(node->text) : std::nullopt;
  if (id)
    settings.id = *id;
  else
    rule.findings().error(*node, fmt::format("id must be a UUID such as {}, not {}; without one it "
                                             "is made of tenant and name",
                                             to_string(settings.id), describe(*node)));
}

void read_fields(const SettingsMap& rule, aggregate::Settings& settings) {
  FieldLists lists(rule);
  settings.identical = lists.read("identical_fields", Part::identical);
  settings.unique = lists.read("unique_fields", Part::unique);
  settings.sum = lists.read("sum_fields", Part::sum);
  const Node* identical =
      rule.require("identical_fields", "list the fields whose values make events one group");
  if (identical != nullptr && identical->kind == Node::Kind::sequence &&
      identical->children.empty())
    rule.findings().error(*identical, "identical_fields must hold at least one field");
}

// Options of a later version may state what this version does.
void read_later(const SettingsMap& rule) {
  constexpr std::array<Word, 2> unique_mode{{{"list"}, {"dedup", true}}};
  constexpr std::array<Word, 2> unique_as{{{"array"}, {"text", true}}};
  constexpr std::array<Word, 4> other_fields{
      {{"drop"}, {"first", true}, {"last", true}, {"common", true}}};
  constexpr std::array<Word, 2> single{{{"aggregate"}, {"pass", true}}};
  rule.choice("unique_mode", unique_mode);
  rule.choice("unique_as", unique_as);
  rule.choice("other_fields", other_fields);
  rule.choice("single", single);
  Findings& findings = rule.findings();
  if (const auto limit = rule.whole("unique_limit", 1, largest_limit))
    if (*limit != default_unique_limit)
      findings.error(
          *rule.find("unique_limit"),
          not_supported(fmt::format("a unique_limit other than {}", default_unique_limit)));
  if (rule.boolean("output_reason").value_or(false))
    findings.error(*rule.find("output_reason"), not_supported("'output_reason: true'"));
  if (const auto* statistics = rule.list("statistics"); statistics && !statistics->empty())
    findings.error(*rule.find("statistics"), not_supported("'statistics'"));
}

}  // namespace

std::span<const Word> aggregation_keys() noexcept { return keys; }

aggregate::Settings read_aggregation(const Node& map, const Source& source, SavedFilters& saved,
                                     Findings& findings) {
  const SettingsMap rule(map, keys, findings);
  aggregate::Settings settings;
  rule.require("name", "name the rule");
  if (auto name = rule.text("name", 1, max_name)) settings.name = std::move(*name);
  if (auto tenant = rule.text("tenant", 1, max_name)) settings.tenant = std::move(*tenant);
  read_id(rule, settings);
  if (auto text = rule.text("description", 0, max_description)) settings.description = *text;
  if (const auto number = rule.whole("threshold", 1, largest_limit))
    settings.threshold = static_cast<std::uint32_t>(*number);
  if (const auto lifetime = rule.duration("lifetime")) settings.lifetime = *lifetime;
  read_fields(rule, settings);
  if (const Node* filter = rule.find("filter")) {
    settings.filter = read_filter(*filter, source, findings);
    if (settings.filter) saved.check(*settings.filter, findings);
  }
  if (auto callback = rule.text("callback", 1, max_name)) settings.callback = std::move(*callback);
  if (const auto index = rule.choice("sum_strings", sum_strings))
    settings.sum_strings = static_cast<aggregate::SumStrings>(*index);
  if (const auto index = rule.choice("missing", missing))
    settings.missing = static_cast<aggregate::Missing>(*index);
  read_later(rule);
  return settings;
}

}  // namespace weir::rule
