#include "rule/node_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

// YAML writes some numbers otherwise than JSON does: +1, .5, 5., 0x1F and 0o17.
std::optional<std::string> as_json_number(std::string_view text) {
  bool whole = false;
  if (is_json_number(text, whole)) return std::string(text);
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 10;
  if (base != 10) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 2, end, number, base);
    if (error != std::errc() || stop != end) return std::nullopt;
    return std::to_string(number);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  if (const auto integer = parse_integer(text)) return std::to_string(*integer);
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return fmt::format("{}", number);
}

void append_scalar(std::string& out, const Node& node, Findings& findings) {
  if (node.is_null()) {
    out += "null";
  } else if (!is_typed(node)) {
    append_json_string(out, node.text);
  } else if (const char first = node.text[0]; first == 't' || first == 'T') {
    out += "true";
  } else if (first == 'f' || first == 'F') {
    out += "false";
  } else if (const auto number = as_json_number(node.text)) {
    out += *number;
  } else {
    findings.error(node, fmt::format("JSON, and so an event, has no number {}; put it in quotes to "
                                     "make it text, or write another",
                                     quote(node.text)));
    out += "null";
  }
}

}  // namespace

void append_json(std::string& out, const Node& node, Findings& findings) {
  switch (node.kind) {
    case Node::Kind::broken:
      out += "null";
      return;
    case Node::Kind::scalar:
      append_scalar(out, node, findings);
      return;
    case Node::Kind::sequence:
      out += '[';
      for (const Node& item : node.children) {
        if (&item != node.children.data()) out += ',';
        append_json(out, item, findings);
      }
      out += ']';
      return;
    case Node::Kind::map:
      out += '{';
      for (std::size_t i = 0; i < node.pairs(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, node.key(i).text);
        out += ':';
        append_json(out, node.value(i), findings);
      }
      out += '}';
      return;
  }
}

}  // namespace weir::rule
