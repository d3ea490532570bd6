#include "rule/settings_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rule/quantity.h"

namespace weir::rule {

namespace {

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

// "a, b or c"
std::string alternatives(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
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
    // {{.Name}} without quotes is a map in YAML.
    const bool braces = node->kind == Node::Kind::map;
    findings_.error(*node, fmt::format("{} must be text, not {}{}", key, describe(*node),
                                       braces ? "; put text that begins with '{' in quotes" : ""));
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
  findings_.error(*node, fmt::format("{} must be {}, not {}{}", key, alternatives(supported(words)),
                                     describe(*node), hint));
  return std::nullopt;
}

std::optional<Duration> SettingsMap::duration(std::string_view key, std::string_view least) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  const auto nanos = node->kind == Node::Kind::scalar ? read_duration(*node) : std::nullopt;
  if (nanos && *nanos > 0) return Duration{*nanos};
  if (nanos)
    findings_.error(*node, fmt::format("{} must be {} and at most 365 days, not {}", key, least,
                                       describe(*node)));
  else
    findings_.error(*node, fmt::format("{} must be a number of seconds, or a number with ms, s, m, "
                                       "h or d, not {}",
                                       key, describe(*node)));
  return std::nullopt;
}

std::optional<Duration> SettingsMap::duration_or_zero(std::string_view key,
                                                      std::string_view zero) const {
  const Node* node = find(key);
  if (node != nullptr && node->kind == Node::Kind::scalar && parse_number(node->text) == 0.0)
    return Duration{};
  return duration(key, fmt::format("0 ({}) or more,", zero));
}

std::optional<Zone> SettingsMap::zone(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  if (node->kind != Node::Kind::scalar || node->is_null()) {
    findings_.error(*node, fmt::format("{} must be a name such as Europe/Moscow or an offset such "
                                       "as '+03:00', not {}",
                                       key, describe(*node)));
    return std::nullopt;
  }
  const auto zone = find_zone(node->text);
  if (!zone) {
    std::string hint = suggest(node->text, zone_names());
    if (hint.empty())
      hint =
          "; name one of the IANA database such as Europe/Moscow (package tzdata), or write an "
          "offset such as '+03:00'";
    findings_.error(*node, fmt::format("unknown zone {}{}", quote(node->text), hint));
  }
  return zone;
}

std::optional<std::uint64_t> SettingsMap::bytes(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return std::nullopt;
  const auto bytes = node->kind == Node::Kind::scalar ? read_bytes(*node) : std::nullopt;
  if (bytes && *bytes > 0) return static_cast<std::uint64_t>(*bytes);
  if (bytes)
    findings_.error(*node, fmt::format("{} must be at least 1 byte and less than 8 EiB, not {}",
                                       key, describe(*node)));
  else
    findings_.error(*node, fmt::format("{} must be a number of bytes, or a number with KB, MB, GB, "
                                       "TB, KiB, MiB, GiB or TiB, not {}",
                                       key, describe(*node)));
  return std::nullopt;
}

const std::vector<Node>* SettingsMap::list(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr || node->kind == Node::Kind::broken) return nullptr;
  if (node->kind == Node::Kind::sequence) return &node->children;
  const bool one = node->kind == Node::Kind::scalar && !node->is_null();
  findings_.error(*node, fmt::format("{} must be a list, not {}{}", key, describe(*node),
                                     one ? "; put it in [ ]" : ""));
  return nullptr;
}

}  // namespace weir::rule
