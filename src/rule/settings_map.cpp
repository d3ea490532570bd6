#include "rule/settings_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace weir::rule {

namespace {

constexpr std::int64_t nanos_a_second = 1'000'000'000;
constexpr std::int64_t longest = 365 * 86'400 * nanos_a_second;

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr std::array<Unit, 5> units{{{"ms", 1'000'000},  // before m and s
                                     {"s", nanos_a_second},
                                     {"m", 60 * nanos_a_second},
                                     {"h", 3600 * nanos_a_second},
                                     {"d", 86'400 * nanos_a_second}}};

// Nanoseconds, 0 for what is out of range; nullopt for what is no duration.
std::optional<std::int64_t> read_duration(const Node& node) {
  std::string_view number = node.text;
  std::int64_t scale = nanos_a_second;
  bool has_unit = false;
  for (const Unit& unit : units) {
    if (!number.ends_with(unit.name)) continue;
    number.remove_suffix(unit.name.size());
    scale = unit.nanos;
    has_unit = true;
    break;
  }
  if (node.quoted && !has_unit) return std::nullopt;  // text without a unit
  const auto value = parse_number(number);
  if (!value) return std::nullopt;
  const double nanos = *value * static_cast<double>(scale);
  if (!(nanos >= 0.5) || nanos > static_cast<double>(longest)) return 0;
  if (const auto whole = parse_integer(number)) return *whole * scale;  // exact
  return std::llround(nanos);
}

bool is_number_like(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0o")) return text.size() > 2;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  // YAML also takes .5 and 5. for numbers.
  std::string padded = text.starts_with('.') ? "0" : "";
  padded += text;
  if (padded.ends_with('.')) padded += '0';
  return text.size() > 1 || text != "." ? parse_number(padded).has_value() : false;
}

std::vector<std::string_view> supported(std::span<const Word> words) {
  std::vector<std::string_view> names;
  for (const Word& word : words)
    if (!word.later) names.push_back(word.text);
  return names;
}

}  // namespace

std::string not_supported(std::string_view what) {
  return fmt::format("{} is not supported yet", what);
}

bool is_typed(const Node& scalar) {
  if (scalar.quoted) return false;
  const std::string& text = scalar.text;
  for (const std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"})
    if (text == word) return true;
  return is_number_like(text);
}

const Node* find_value(const Node& map, std::string_view key) {
  for (std::size_t i = 0; i < map.pairs(); ++i)
    if (map.key(i).kind == Node::Kind::scalar && map.key(i).text == key) return &map.value(i);
  return nullptr;
}

SettingsMap::SettingsMap(const Node& map, std::span<const Word> keys, Findings& findings)
    : map_(map), findings_(findings) {
  for (std::size_t i = 0; i < map.pairs() && !findings.full(); ++i) {
    const Node& key = map.key(i);
    if (key.kind != Node::Kind::scalar || key.is_null()) continue;  // check_keys has reported it
    const auto known = std::find_if(keys.begin(), keys.end(),
                                    [&](const Word& word) { return word.text == key.text; });
    if (known == keys.end()) {
      std::vector<std::string_view> names;
      for (const Word& word : keys) names.push_back(word.text);
      std::string hint = suggest(key.text, names);
      if (hint.empty()) hint = fmt::format("; known here are {}", fmt::join(supported(keys), ", "));
      findings.error(key, fmt::format("unknown key {}{}", quote(key.text), hint));
    } else if (known->later) {
      findings.error(key, not_supported(quote(key.text)));
    }
  }
}

const Node* SettingsMap::require(std::string_view key, std::string_view remedy) const {
  const Node* node = find(key);
  if (node == nullptr) findings_.error(map_, fmt::format("'{}' is missing; {}", key, remedy));
  return node;
}

std::optional<std::string> SettingsMap::text(std::string_view key, std::size_t least,
                                             std::size_t most) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  if (node->kind != Node::Kind::scalar || node->is_null()) {
    findings_.error(*node, fmt::format("{} must be text, not {}", key, describe(*node)));
    return std::nullopt;
  }
  if (is_typed(*node)) {
    findings_.error(*node,
                    fmt::format("{} must be text, not {}; put it in quotes", key, describe(*node)));
    return std::nullopt;
  }
  const std::size_t size = count_code_points(node->text);
  if (size >= least && size <= most) return node->text;
  findings_.error(
      *node, least == 0
                 ? fmt::format("{} has {} characters; at most {} fit", key, size, most)
                 : fmt::format("{} must have {} to {} characters, not {}", key, least, most, size));
  return std::nullopt;
}

std::optional<std::int64_t> SettingsMap::whole(std::string_view key, std::int64_t least,
                                               std::int64_t most) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  if (node->kind == Node::Kind::scalar) {
    const auto number = parse_integer(node->text);
    if (!node->quoted && number && *number >= least && *number <= most) return number;
  }
  const bool in_quotes =
      node->kind == Node::Kind::scalar && node->quoted && parse_integer(node->text).has_value();
  findings_.error(*node,
                  fmt::format("{} must be a whole number from {} to {}, not {}{}", key, least, most,
                              describe(*node), in_quotes ? "; remove the quotes" : ""));
  return std::nullopt;
}

std::optional<bool> SettingsMap::boolean(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  if (node->kind == Node::Kind::scalar && !node->quoted) {
    if (node->text == "true") return true;
    if (node->text == "false") return false;
  }
  findings_.error(*node, fmt::format("{} must be true or false, not {}", key, describe(*node)));
  return std::nullopt;
}

std::optional<std::size_t> SettingsMap::choice(std::string_view key,
                                               std::span<const Word> words) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  std::vector<std::string_view> names;
  for (const Word& word : words) names.push_back(word.text);
  if (node->kind == Node::Kind::scalar)
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (node->text != words[i].text) continue;
      if (!words[i].later) return i;
      findings_.error(*node, not_supported(fmt::format("'{}: {}'", key, words[i].text)));
      return std::nullopt;
    }
  std::string hint;
  if (node->kind == Node::Kind::scalar && !node->is_null()) hint = suggest(node->text, names);
  findings_.error(*node, fmt::format("{} must be {}, not {}{}", key,
                                     fmt::join(supported(words), " or "), describe(*node), hint));
  return std::nullopt;
}

std::optional<Duration> SettingsMap::duration(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  const auto nanos = node->kind == Node::Kind::scalar ? read_duration(*node) : std::nullopt;
  if (nanos && *nanos > 0) return Duration{*nanos};
  if (nanos)
    findings_.error(*node, fmt::format("{} must be more than 0 and at most 365 days, not {}", key,
                                       describe(*node)));
  else
    findings_.error(*node, fmt::format("{} must be a number of seconds, or a number with ms, s, m, "
                                       "h or d, not {}",
                                       key, describe(*node)));
  return std::nullopt;
}

const std::vector<Node>* SettingsMap::list(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return nullptr;
  if (node->kind == Node::Kind::sequence) return &node->children;
  findings_.error(*node, fmt::format("{} must be a list, not {}", key, describe(*node)));
  return nullptr;
}

}  // namespace weir::rule
