#include "rule/kuma_condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "filter/operand_check.h"
#include "filter/words.h"
#include "rule/kuma_operand.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

using filter::Operator;

constexpr std::array<std::string_view, 29> node_keys{"group",
                                                     "or",
                                                     "not",
                                                     "conditions",
                                                     "op",
                                                     "leftKind",
                                                     "leftEvent",
                                                     "leftID",
                                                     "leftField",
                                                     "leftKeys",
                                                     "leftKeyMap",
                                                     "leftListItemIdx",
                                                     "leftTICategory",
                                                     "leftTIField",
                                                     "rightKind",
                                                     "rightEvent",
                                                     "rightID",
                                                     "rightField",
                                                     "rightKeys",
                                                     "rightKeyMap",
                                                     "rightListItemIdx",
                                                     "rightTICategory",
                                                     "rightTIField",
                                                     "constant",
                                                     "list",
                                                     "ignoreCase",
                                                     "checkTypes",
                                                     "filter",
                                                     "vulns"};

// As KUMA documents it; what it says of the others, which do not compare text, follows.
bool may_ignore_case(Operator op) noexcept {
  switch (op) {
    case Operator::in_subnet:
    case Operator::has_bit:
    case Operator::in_active_list:
    case Operator::in_context_table:
    case Operator::has_vulnerability:
    case Operator::in_category:
    case Operator::in_active_directory_group:
    case Operator::ti_detect:
      return false;
    default:
      return true;
  }
}

std::optional<lookup::Kind> asked_kind(Operator op) noexcept {
  if (op == Operator::in_dictionary) return lookup::Kind::dictionary;
  if (op == Operator::in_active_list) return lookup::Kind::active_list;
  if (op == Operator::in_context_table) return lookup::Kind::context_table;
  return std::nullopt;
}

std::optional<Operator> read_operator(const Node& node, Findings& findings) {
  const Node* op = find_value(node, "op");
  const bool text = !is_absent(op) && op->kind == Node::Kind::scalar && !op->text.empty();
  if (!text) {
    findings.error(op == nullptr ? node : *op,
                   "the condition has no operator; set op, such as \"=\"");
    return std::nullopt;
  }
  const auto found = filter::find_operator(op->text);
  if (found) return found;
  std::vector<std::string_view> names;
  for (const filter::OperatorTraits& known : filter::operators) names.push_back(known.name);
  std::string hint = suggest(op->text, names);
  if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(names, ", "));
  findings.error(*op, fmt::format("unknown operator {}{}", quote(op->text), hint));
  return std::nullopt;
}

// What hasVulnerability takes: {"cves": […], "minSeverity": N}.
bool read_vulnerabilities(const Node& node, filter::Node& condition, Findings& findings) {
  constexpr std::array<std::string_view, 2> keys{"cves", "minSeverity"};
  const Node* vulns = find_value(node, "vulns");
  condition.right = filter::Nothing{};
  if (is_absent(vulns)) return true;
  if (vulns->kind != Node::Kind::map) {
    findings.error(*vulns, fmt::format("vulns must be a map, not {}", describe(*vulns)));
    return false;
  }
  warn_of_unknown_keys(*vulns, keys, findings);
  if (const Node* severity = find_value(*vulns, "minSeverity"); !is_absent(severity)) {
    const auto number =
        severity->kind == Node::Kind::scalar ? parse_integer(severity->text) : std::nullopt;
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      findings.error(*severity, fmt::format("minSeverity must be a whole number from 0 on, not {}",
                                            describe(*severity)));
      return false;
    }
    condition.min_severity = static_cast<std::uint32_t>(*number);
  }
  const Node* cves = find_value(*vulns, "cves");
  if (is_absent(cves)) return true;
  filter::List list;
  bool good = cves->kind == Node::Kind::sequence;
  for (const Node& cve : cves->children) {
    good = good && cve.kind == Node::Kind::scalar && !cve.is_null();
    list.items.push_back({cve.text, true});
    condition.item_spans.push_back({cve.offset, cve.offset});
  }
  if (!good) {
    findings.error(*cves, "cves must be a list of names such as CVE-2021-44228");
    return false;
  }
  condition.right_span = {cves->offset, cves->offset};
  if (!list.items.empty()) condition.right = std::move(list);
  return true;
}

// KUMA's lookup operators name their kind; leftKind may say it again.
bool agrees(const Node& node, Operator op, Findings& findings) {
  const Node* kind = find_value(node, "leftKind");
  if (is_absent(kind) || kind->text.empty()) return true;
  const std::string_view wanted = op == Operator::in_dictionary    ? "dictionary"
                                  : op == Operator::in_active_list ? "activeList"
                                                                   : "contextTable";
  if (kind->text == wanted || (wanted == "dictionary" && kind->text == "table")) return true;
  findings.error(*kind, fmt::format("leftKind of '{}' must be {} or empty, not {}",
                                    operator_name(op), wanted, describe(*kind)));
  return false;
}

// The fields of structured data can only be asked whether they are there.
bool check_structured(const filter::Node& condition, Schema schema, Findings& findings) {
  const auto check = [&](const filter::Operand& operand, std::size_t offset) {
    const auto* field = std::get_if<filter::EventField>(&operand);
    if (field == nullptr) return true;
    const auto* constant = std::get_if<filter::Constant>(&condition.right);
    if (condition.op == Operator::equal && constant != nullptr && constant->quoted &&
        constant->text.empty())
      return true;
    try {
      filter::check_field(field->id, schema, static_cast<std::uint32_t>(offset));
      return true;
    } catch (const Failure& failure) {
      findings.error(offset, failure.what());
      return false;
    }
  };
  const bool left = check(condition.left, condition.span.begin);
  return check(condition.right, condition.right_span.begin) && left;
}

}  // namespace

std::span<const std::string_view> kuma_node_keys() noexcept { return node_keys; }

bool is_blank_condition(const Node& node) noexcept {
  for (const std::string_view key : {"op", "leftKind", "leftID", "leftField"}) {
    const Node* value = find_value(node, key);
    if (!is_absent(value) && (value->kind != Node::Kind::scalar || !value->text.empty()))
      return false;
  }
  return true;
}

std::optional<filter::Node> read_kuma_condition(const Node& node, const KumaReading& reading,
                                                Findings& findings) {
  const auto op = read_operator(node, findings);
  const auto ignore_case = read_flag(node, "ignoreCase", findings);
  const auto check_types = read_flag(node, "checkTypes", findings);
  if (!op || !ignore_case || !check_types) return std::nullopt;
  if (*check_types)
    findings.warning(*find_value(node, "checkTypes"),
                     "checkTypes does nothing here: values are compared as what the types of their "
                     "fields make of them");
  KumaOperands operands(node, reading, findings);
  filter::Node condition;
  condition.type = filter::Node::Type::condition;
  condition.op = *op;
  condition.ignore_case = *ignore_case && may_ignore_case(*op);
  condition.span = {operands.place("left"), operands.place("left")};
  condition.right_span = {operands.place("right"), operands.place("right")};
  bool good = true;
  if (const auto kind = asked_kind(*op)) {
    good = agrees(node, *op, findings);
    condition.left = operands.entry(*kind);
    condition.right = filter::Nothing{};
  } else if (*op == Operator::ti_detect) {
    condition.left = operands.detected();
    condition.right = filter::Nothing{};
  } else if (*op == Operator::has_vulnerability) {
    condition.left = operands.left();
    good = read_vulnerabilities(node, condition, findings);
  } else {
    condition.left = operands.left();
    condition.right = operands.right(condition.item_spans);
  }
  good = good && operands.good();
  if (!good || !check_structured(condition, reading.schema, findings)) return std::nullopt;
  return condition;
}

}  // namespace weir::rule
