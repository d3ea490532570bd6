#include "rule.h"

namespace model {

namespace {

std::string list(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) text += (text.size() > 1 ? ", " : "") + name;
  return text + "]";
}

std::string expression(const Filter& filter) {
  return std::string(filter.negated ? "not " : "")
      .append(filter.field)
      .append(" = '")
      .append(filter.text)
      .append("'");
}

std::string yaml(const Rule& rule) {
  std::string text = "  - name: " + rule.name + "\n";
  const auto put = [&](const char* key, const std::string& value) {
    text.append("    ").append(key).append(": ").append(value).append("\n");
  };
  put("id", rule.id);
  put("threshold", std::to_string(rule.threshold));
  put("lifetime", std::to_string(rule.lifetime / 1'000'000) + "ms");
  put("identical_fields", list(rule.identical));
  if (!rule.unique.empty()) put("unique_fields", list(rule.unique));
  if (!rule.sums.empty()) put("sum_fields", list(rule.sums));
  if (rule.filter) put("filter", expression(*rule.filter));
  if (rule.join) put("sum_strings", "join");
  if (rule.pass_missing) put("missing", "pass");
  if (rule.dedup) put("unique_mode", "dedup");
  if (rule.unique_limit != 1000) put("unique_limit", std::to_string(rule.unique_limit));
  if (rule.unique_as_text) put("unique_as", "text");
  if (rule.other_fields != "drop") put("other_fields", rule.other_fields);
  if (rule.pass_single) put("single", "pass");
  if (rule.output_reason) put("output_reason", "true");
  if (rule.max_groups != 0) put("max_groups", std::to_string(rule.max_groups));
  if (!rule.statistics.empty()) text += "    statistics:\n";
  for (const Statistic& one : rule.statistics)
    text += "      - {field: " + one.field + ", function: " + one.function + ", into: " + one.into +
            "}\n";
  return text;
}

}  // namespace

std::string yaml(const Document& document) {
  std::string text;
  if (document.open) text += "schema: open\n";
  if (document.match_all) text += "match: all\n";
  if (document.filter) text += "filter: " + expression(*document.filter) + "\n";
  if (document.drop) text += "polarity: drop\n";
  if (document.max_groups != 0)
    text += "bounds: {max_groups: " + std::to_string(document.max_groups) + "}\n";
  if (document.allowed_lateness || document.max_future_skew) text += "event_time:\n";
  const auto put = [&](const char* key, std::int64_t nanos) {
    text.append("  ").append(key).append(": ").append(std::to_string(nanos / 1'000'000)) += "ms\n";
  };
  if (document.allowed_lateness) put("allowed_lateness", *document.allowed_lateness);
  if (document.late_events != "next") text += "  late_events: " + document.late_events + "\n";
  if (document.max_future_skew) put("max_future_skew", *document.max_future_skew);
  text += "aggregation:\n";
  for (const Rule& rule : document.rules) text += yaml(rule);
  return text;
}

}  // namespace model
