#include "rule/normal_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "rule/aggregation.h"
#include "rule/document.h"
#include "rule/statistics.h"

namespace weir::rule {

namespace {

// One map of JSON, member by member.
class Map {
 public:
  explicit Map(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view key, std::string_view value) {
    begin(key);
    append_json_string(out_, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    begin(key);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void truth(std::string_view key, bool value) {
    begin(key);
    out_ += value ? "true" : "false";
  }
  template <class Choice>
  void choice(std::string_view key, std::span<const Word> words, Choice value) {
    text(key, words[static_cast<std::size_t>(value)].text);
  }
  void fields(std::string_view key, const std::vector<FieldId>& fields) {
    list(key, fields, [&](FieldId field) { append_json_string(out_, field_name(field)); });
  }
  template <class Items, class Append>
  void list(std::string_view key, const Items& items, Append append) {
    begin(key);
    out_ += '[';
    for (bool first = true; const auto& item : items) {
      if (!std::exchange(first, false)) out_ += ',';
      append(item);
    }
    out_ += ']';
  }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view key) {
    if (!std::exchange(first_, false)) out_ += ',';
    append_json_string(out_, key);
    out_ += ':';
  }

  std::string& out_;
  bool first_ = true;
};

// A text that reads back as the duration, in the largest unit that writes it as a whole number.
// Fractions of a millisecond come from a fraction of a document's, so they are one here.
std::string duration_text(Duration duration) {
  const std::int64_t nanos = duration.nanos;
  if (nanos % 1'000'000'000 == 0) return fmt::format("{}s", nanos / 1'000'000'000);
  if (nanos % 1'000'000 == 0) return fmt::format("{}ms", nanos / 1'000'000);
  return fmt::format("{}.{:09}s", nanos / 1'000'000'000, nanos % 1'000'000'000);
}

std::string settings_text(const aggregate::Settings& rule) {
  std::string text;
  Map map(text);
  map.text("name", rule.name);
  map.text("tenant", rule.tenant);
  map.text("id", to_string(rule.id));
  map.number("threshold", rule.threshold);
  map.text("lifetime", duration_text(rule.lifetime));
  map.fields("identical_fields", rule.identical);
  map.fields("unique_fields", rule.unique);
  map.fields("sum_fields", rule.sum);
  if (!rule.callback.empty()) map.text("callback", rule.callback);
  map.choice("sum_strings", sum_strings_words, rule.sum_strings);
  map.choice("missing", missing_words, rule.missing);
  map.choice("unique_mode", unique_mode_words, rule.unique_mode);
  map.number("unique_limit", rule.unique_limit);
  map.choice("unique_as", unique_as_words, rule.unique_as);
  map.choice("other_fields", other_fields_words, rule.other_fields);
  map.choice("single", single_words, rule.single);
  map.truth("output_reason", rule.output_reason);
  map.list("statistics", rule.statistics, [&](const aggregate::Statistic& statistic) {
    Map one(text);
    one.text("field", field_name(statistic.field));
    one.choice("function", function_words, statistic.function);
    one.text("into", field_name(statistic.into));
    one.end();
  });
  if (rule.bounds.max_groups != 0) map.number("max_groups", rule.bounds.max_groups);
  if (rule.bounds.max_bytes != 0) map.number("max_bytes", rule.bounds.max_bytes);
  map.end();
  return text;
}

}  // namespace

NormalForm normal_form(const aggregate::Settings& rule, const filter::FindSaved& saved) {
  return {rule.schema, settings_text(rule),
          rule.filter ? filter::to_expression(filter::inline_saved(*rule.filter, saved))
                      : std::string()};
}

aggregate::Settings settings_of(const NormalForm& form) {
  Parsed parsed = parse_rule(form.settings, {}, form.schema);
  if (!parsed.good()) {
    const auto first =
        std::find_if(parsed.diagnostics.begin(), parsed.diagnostics.end(),
                     [](const Diagnostic& found) { return found.severity == Severity::error; });
    throw Failure(Status::invalid_document, first->message);
  }
  if (parsed.document.aggregation.size() != 1)
    throw Failure(Status::invalid_document, "it is not an aggregation rule");
  return std::move(parsed.document.aggregation.front());
}

NormalForm renewed(const NormalForm& form) {
  NormalForm renewed{form.schema, settings_text(settings_of(form)), form.filter};
  if (form.filter.empty()) return renewed;
  try {
    renewed.filter = filter::to_expression(filter::parse_expression(form.filter, form.schema));
  } catch (const Failure&) {
    // No filter of this version, or one that no expression can write, such as one that KUMA's JSON
    // leaves empty: it is equal to itself alone.
  }
  return renewed;
}

}  // namespace weir::rule
