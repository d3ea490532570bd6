#include "rule/aggregation.h"

#include <fmt/format.h>

#include <limits>

#include "rule/fields.h"
#include "rule/statistics.h"

namespace weir::rule {

namespace {

constexpr std::array<Word, 22> aggregation_rule_keys{{
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
    {"unique_mode"},
    {"unique_limit"},
    {"unique_as"},
    {"other_fields"},
    {"single"},
    {"output_reason"},
    {"statistics"},
    {"max_groups"},
    {"max_bytes"},
}};

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

template <class Choice>
void read_choice(const SettingsMap& rule, std::string_view key, std::span<const Word> words,
                 Choice& choice) {
  if (const auto index = rule.choice(key, words)) choice = static_cast<Choice>(*index);
}

void read_fields(const SettingsMap& rule, aggregate::Settings& settings) {
  FieldLists lists(rule, settings.schema);
  settings.output_reason = rule.boolean("output_reason").value_or(false);
  if (settings.output_reason) lists.reserve_close_reason(*rule.find("output_reason"));
  settings.identical = lists.read("identical_fields", Part::identical);
  settings.unique = lists.read("unique_fields", Part::unique);
  settings.sum = lists.read("sum_fields", Part::sum);
  settings.statistics = read_statistics(rule, settings.schema, lists);
  const Node* identical =
      rule.require("identical_fields", "list the fields whose values make events one group");
  if (identical != nullptr && identical->kind == Node::Kind::sequence &&
      identical->children.empty())
    rule.findings().error(*identical, "identical_fields must hold at least one field");
}

void read_unique_options(const SettingsMap& rule, aggregate::Settings& settings) {
  read_choice(rule, "unique_mode", unique_mode_words, settings.unique_mode);
  const Node* fields = rule.find("unique_fields");
  const bool none =
      fields == nullptr || (fields->kind == Node::Kind::sequence && fields->children.empty());
  const auto warn = [&](const char* key) {
    if (none)
      rule.findings().warning(
          *rule.find(key),
          fmt::format("{} does nothing without 'unique_fields'; list some, or remove it", key));
  };
  if (const auto index = rule.choice("unique_as", unique_as_words)) {
    settings.unique_as = static_cast<aggregate::UniqueAs>(*index);
    warn("unique_as");
  }
  if (const auto limit = rule.whole("unique_limit", 1, largest_limit)) {
    settings.unique_limit = static_cast<std::uint32_t>(*limit);
    warn("unique_limit");
  }
  if (settings.unique_mode == aggregate::UniqueMode::dedup && none)
    rule.findings().error(*rule.find("unique_mode"),
                          "'unique_mode: dedup' needs 'unique_fields'; list the fields whose "
                          "combinations are to be told apart");
}

}  // namespace

std::span<const Word> aggregation_keys() noexcept { return aggregation_rule_keys; }

aggregate::Bounds read_bounds(const SettingsMap& map) {
  aggregate::Bounds bounds;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (const auto groups = map.whole("max_groups", 1, most))
    bounds.max_groups = static_cast<std::uint64_t>(*groups);
  bounds.max_bytes = map.bytes("max_bytes").value_or(0);
  return bounds;
}

aggregate::Settings read_aggregation(const Node& map, const Source& source, SavedFilters& saved,
                                     Findings& findings) {
  const SettingsMap rule(map, aggregation_rule_keys, findings);
  aggregate::Settings settings;
  settings.schema = saved.schema();
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
    settings.filter = read_filter(*filter, source, saved.schema(), findings, saved.tables());
    if (settings.filter) saved.check(*settings.filter, SavedFilters::Use::aggregation, findings);
  }
  if (auto callback = rule.text("callback", 1, max_name)) settings.callback = std::move(*callback);
  read_choice(rule, "sum_strings", sum_strings_words, settings.sum_strings);
  read_choice(rule, "missing", missing_words, settings.missing);
  read_choice(rule, "other_fields", other_fields_words, settings.other_fields);
  read_choice(rule, "single", single_words, settings.single);
  read_unique_options(rule, settings);
  settings.bounds = read_bounds(rule);
  return settings;
}

}  // namespace weir::rule
