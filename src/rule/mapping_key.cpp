#include "rule/mapping_key.h"

#include <fmt/format.h>

namespace weir::rule {

namespace {

// Members of an event nest no deeper.
constexpr std::size_t max_parts = 64;

// `fault` says what is wrong with it, and what to do.
KeyPath split(std::string_view key, std::string_view& fault) {
  KeyPath path(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '.') {
      path.emplace_back();
      continue;
    }
    if (key[i] == '\\') {
      if (++i == key.size() || (key[i] != '.' && key[i] != '\\')) {
        fault = "has a backslash that stands before neither a dot nor a backslash; double it";
        return path;
      }
    }
    path.back() += key[i];
  }
  for (const std::string& part : path)
    if (part.empty())
      fault = "has an empty part; write one dot between names, and \\. for a dot in a name";
  if (path.size() > max_parts) fault = "has more than 64 parts, and events do not nest so deep";
  if (key.size() > max_open_name) fault = "is longer than 1024 bytes; correct it";
  return path;
}

}  // namespace

std::optional<KeyPath> read_key_path(const Node& node, std::string_view what, Findings& findings) {
  std::string_view fault;
  KeyPath path = split(node.text, fault);
  if (fault.empty()) return path;
  findings.error(node, fmt::format("{} {} of map {}", what, quote(node.text), fault));
  return std::nullopt;
}

}  // namespace weir::rule
