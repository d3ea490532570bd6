#include "rule/conversions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "rule/scalar_map.h"

namespace weir::rule {

namespace {

using enrich::Conversion;

constexpr std::size_t max_conversions = 64;
constexpr std::size_t max_text = 1'024;        // characters
constexpr std::size_t max_expression = 4'096;  // characters
constexpr std::int64_t max_character = std::int64_t{1} << 22;

// What stands behind the word. A bare word has nothing.
enum class SettingForm : std::uint8_t {
  bare,
  text,
  text_or_bare,
  expression,
  replacement,
  substring
};

struct ConversionType {
  std::string_view name;
  Conversion::Kind kind;
  SettingForm form;
};

constexpr std::array<ConversionType, 13> conversion_types{{
    {"lower", Conversion::Kind::lower, SettingForm::bare},
    {"upper", Conversion::Kind::upper, SettingForm::bare},
    {"trim", Conversion::Kind::trim, SettingForm::text_or_bare},
    {"replace", Conversion::Kind::replace, SettingForm::replacement},
    {"regexp", Conversion::Kind::regexp, SettingForm::expression},
    {"replace_with_regexp", Conversion::Kind::replace_with_regexp, SettingForm::replacement},
    {"append", Conversion::Kind::append, SettingForm::text},
    {"prepend", Conversion::Kind::prepend, SettingForm::text},
    {"substring", Conversion::Kind::substring, SettingForm::substring},
    {"decode_hex", Conversion::Kind::decode_hex, SettingForm::bare},
    {"decode_base64", Conversion::Kind::decode_base64, SettingForm::bare},
    {"decode_base64_url", Conversion::Kind::decode_base64_url, SettingForm::bare},
    {"decode_url", Conversion::Kind::decode_url, SettingForm::bare},
}};

// How a conversion is written that has something behind its word.
std::string_view example(const ConversionType& conversion) noexcept {
  switch (conversion.form) {
    case SettingForm::expression:
      return "'regexp: ^(\\w+)'";
    case SettingForm::replacement:
      return conversion.kind == Conversion::Kind::replace
                 ? "'replace: {find: a, with: b}'"
                 : "'replace_with_regexp: {expression: a+, with: b}'";
    case SettingForm::substring:
      return "'substring: {start: 0, end: 5}'";
    default:
      return conversion.kind == Conversion::Kind::append ? "'append: x'" : "'prepend: x'";
  }
}

class ConversionReader {
 public:
  explicit ConversionReader(const EnrichmentMap& rule) : rule_(rule), findings_(rule.findings()) {}

  std::optional<Conversion> read(const Node& item);

 private:
  // One with its word alone, and one with more.
  std::optional<Conversion> read_bare(const Node& word);
  std::optional<Conversion> read_pair(const Node& item);
  const ConversionType* find(const Node& word);
  bool read_arguments(const ConversionType& conversion, const Node& item);
  bool read_replacement(const ConversionType& conversion, const Node& value);
  bool read_substring(const Node& value);
  std::optional<Conversion> make(Conversion::Kind kind, const Node& item);

  const EnrichmentMap& rule_;
  Findings& findings_;
  Conversion::Arguments arguments_;
  const Node* expression_ = nullptr;  // where it stands
  const Node* with_ = nullptr;
};

std::optional<Conversion> ConversionReader::read(const Node& item) {
  if (item.kind == Node::Kind::broken) return std::nullopt;
  if (item.kind == Node::Kind::scalar && !item.is_null()) return read_bare(item);
  if (item.kind == Node::Kind::map && item.pairs() == 1) return read_pair(item);
  findings_.error(
      item, fmt::format("a conversion must be a word such as lower, or a map of one key "
                        "such as 'append: x', not {}",
                        item.kind == Node::Kind::map ? fmt::format("a map of {} keys", item.pairs())
                                                     : describe(item)));
  return std::nullopt;
}

const ConversionType* ConversionReader::find(const Node& word) {
  const auto found = std::find_if(conversion_types.begin(), conversion_types.end(),
                                  [&](const ConversionType& one) { return one.name == word.text; });
  if (found != conversion_types.end()) return &*found;
  std::vector<std::string_view> names;
  for (const ConversionType& one : conversion_types) names.push_back(one.name);
  std::string hint = suggest(word.text, names);
  if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(names, ", "));
  findings_.error(word, fmt::format("unknown conversion {}{}", quote(word.text), hint));
  return nullptr;
}

std::optional<Conversion> ConversionReader::read_bare(const Node& word) {
  const ConversionType* const conversion = find(word);
  if (conversion == nullptr) return std::nullopt;
  if (conversion->form == SettingForm::bare || conversion->form == SettingForm::text_or_bare)
    return make(conversion->kind, word);
  findings_.error(word, fmt::format("{} needs a setting; write for example {}", conversion->name,
                                    example(*conversion)));
  return std::nullopt;
}

std::optional<Conversion> ConversionReader::read_pair(const Node& item) {
  const Node& key = item.key(0);
  if (key.kind != Node::Kind::scalar || key.is_null()) return std::nullopt;  // has been reported
  const ConversionType* const conversion = find(key);
  if (conversion == nullptr || item.value(0).kind == Node::Kind::broken) return std::nullopt;
  if (conversion->form == SettingForm::bare) {
    findings_.error(item.value(0), fmt::format("{0} has no settings; write the word alone: {0}",
                                               conversion->name));
    return std::nullopt;
  }
  if (!read_arguments(*conversion, item)) return std::nullopt;
  return make(conversion->kind, item);
}

bool ConversionReader::read_arguments(const ConversionType& conversion, const Node& item) {
  if (conversion.form == SettingForm::replacement)
    return read_replacement(conversion, item.value(0));
  if (conversion.form == SettingForm::substring) return read_substring(item.value(0));
  const std::array<Word, 1> keys{{{conversion.name}}};
  const SettingsMap map(item, keys, findings_);
  const bool is_expression = conversion.form == SettingForm::expression;
  auto text = map.text(conversion.name, 1, is_expression ? max_expression : max_text);
  if (!text) return false;
  if (is_expression) expression_ = &item.value(0);
  if (is_expression)
    arguments_.expression = std::move(*text);
  else if (conversion.kind == Conversion::Kind::trim)
    arguments_.characters = std::move(*text);
  else
    arguments_.with = std::move(*text);
  return true;
}

bool ConversionReader::read_replacement(const ConversionType& conversion, const Node& value) {
  const bool literal = conversion.kind == Conversion::Kind::replace;
  const std::string_view what = literal ? "find" : "expression";
  if (value.kind != Node::Kind::map) {
    findings_.error(value,
                    fmt::format("{} must be a map with '{}' and 'with', not {}; write for "
                                "example {}",
                                conversion.name, what, describe(value), example(conversion)));
    return false;
  }
  const std::array<Word, 2> keys{{{what}, {"with"}}};
  const SettingsMap map(value, keys, findings_);
  expression_ = map.require(
      what, literal ? "name the text to replace" : "write the expression of what to replace");
  auto text = map.text(what, 1, literal ? max_text : max_expression);
  with_ = map.find("with");
  auto with = with_ == nullptr ? std::string() : map.text("with", 0, max_text);
  if (!text || !with) return false;
  arguments_.expression = std::move(*text);
  arguments_.with = std::move(*with);
  return true;
}

bool ConversionReader::read_substring(const Node& value) {
  if (value.kind != Node::Kind::map || value.pairs() == 0) {
    findings_.error(value,
                    fmt::format("substring must be a map with 'start', 'end' or both, not "
                                "{}; write for example {}",
                                value.kind == Node::Kind::map ? "an empty one" : describe(value),
                                "'substring: {start: 0, end: 5}'"));
    return false;
  }
  constexpr std::array<Word, 2> keys{{{"start"}, {"end"}}};
  const SettingsMap map(value, keys, findings_);
  const auto start = map.whole("start", 0, max_character);
  const auto end = map.whole("end", 1, max_character);
  if ((!start && map.find("start") != nullptr) || (!end && map.find("end") != nullptr))
    return false;
  arguments_.start = start.value_or(0);
  arguments_.end = end.value_or(0);
  return true;
}

std::optional<Conversion> ConversionReader::make(Conversion::Kind kind, const Node& item) {
  try {
    return Conversion(kind, std::move(arguments_));
  } catch (const Failure& failure) {
    const std::int64_t offset = failure.position().offset;
    if (offset < 0 || expression_ == nullptr) {
      findings_.error(with_ == nullptr ? item : *with_, failure.what());
    } else {
      const auto map = map_to_source(rule_.source.text(), *expression_);
      findings_.error(map[std::min(static_cast<std::size_t>(offset), map.size() - 1)],
                      failure.what());
    }
    return std::nullopt;
  }
}

}  // namespace

std::vector<Conversion> read_conversions(const EnrichmentMap& rule) {
  std::vector<Conversion> conversions;
  const auto* items = rule.map.list("conversions");
  if (items == nullptr) return conversions;
  if (items->size() > max_conversions)
    rule.findings().error(
        *rule.map.find("conversions"),
        fmt::format("conversions has {} items; at most {} fit", items->size(), max_conversions));
  for (const Node& item : *items) {
    if (rule.findings().full()) break;
    if (auto conversion = ConversionReader(rule).read(item))
      conversions.push_back(std::move(*conversion));
  }
  return conversions;
}

}  // namespace weir::rule
