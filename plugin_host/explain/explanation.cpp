#include "explain/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "explain/sentences.h"
#include "failure.h"
#include "json_object.h"

namespace weir::host {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Characters of a value and of an expression that are shown; --json has all of them.
constexpr std::size_t kValueRoom = 60;
constexpr std::size_t kExpressionRoom = 120;
// Filters may be nested 1,000 deep, at two levels of JSON each.
constexpr std::size_t kNesting = 4096;

enum class Color : std::uint8_t { good, bad, strong, faint, mark };

// What a terminal shows as one line, and not more of it than there is room for.
std::string shown(std::string_view text, std::size_t room) {
  std::string out;
  std::size_t characters = 0;
  bool begins_c1 = false;  // U+0080 to U+009F, which terminals obey too, are 0xC2 and one byte more
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80 && ++characters > room) return out + "…";
    const bool c1 = begins_c1 && byte < 0xA0;
    begins_c1 = byte == 0xC2;
    if (c1) out.pop_back();
    if (byte < 0x20 || byte == 0x7F || c1)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

// A constant as an expression has it; empty for what cannot be one.
std::string written(element value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
  }
  array items;
  if (value.get(items) != simdjson::SUCCESS) return value.is_null() ? "" : simdjson::minify(value);
  std::string out;
  for (const element item : items) out += (out.empty() ? "[" : ", ") + written(item);
  return out + "]";
}

class Renderer {
 public:
  explicit Renderer(bool colors) : colors_(colors) {}

  std::string render(element explanation) {
    if (text_of(explanation, "outcome") != "rejected") {
      add_late(explanation);
      element filter;
      if (explanation["filter"].get(filter) == simdjson::SUCCESS) add_engine_filter(filter);
      add_rules(explanation["rules"]);
      array enrichment;
      if (explanation["enrichment"].get(enrichment) == simdjson::SUCCESS)
        for (const element one : enrichment) add_enrichment(one);
      const std::int64_t not_stored = number_of(explanation, "not_stored");
      if (not_stored > 0)
        line(0, fmt::format("{} of the event's values {} not of their field's type", not_stored,
                            not_stored == 1 ? "is" : "are"));
      if (!out_.empty()) out_ += '\n';
    }
    line(0, shown(outcome_text(explanation), std::string::npos));
    return std::move(out_);
  }

 private:
  std::string paint(Color color, std::string_view text) const {
    static constexpr std::string_view codes[] = {"32", "31", "1", "2", "33"};
    if (!colors_) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(color)], text);
  }
  std::string mark(bool truth) const {
    return truth ? paint(Color::good, "✓") : paint(Color::bad, "✗");
  }
  void line(std::size_t depth, std::string_view text) {
    out_.append(2 * depth, ' ');
    out_ += text;
    out_ += '\n';
  }
  void heading(std::string_view text) {
    if (!out_.empty()) out_ += '\n';
    line(0, text);
  }

  void add_late(element explanation) {
    element late;
    if (explanation["late"].get(late) == simdjson::SUCCESS)
      heading(paint(Color::strong, "the event is late") + ": " + late_text(late));
  }

  void add_engine_filter(element filter) {
    const bool keeps = text_of(filter, "polarity") == "keep";
    heading(paint(Color::strong, "the engine's filter") +
            (keeps ? ", which keeps what matches" : ", which drops what matches"));
    add_tree(filter["tree"], 1);
  }

  void add_rules(array rules) {
    std::string_view takes;  // the rule that has the event
    for (const element rule : rules) {
      const std::string name =
          "rule " + paint(Color::strong, fmt::format("'{}'", shown(text_of(rule, "name"), 128)));
      if (!truth_of(rule, "considered")) {
        const std::string_view because = text_of(rule, "because");
        const std::string why =
            because == "earlier rule" ? fmt::format("rule '{}' has the event", shown(takes, 128))
            : because == "late"       ? std::string("late events pass")
                                      : std::string("the engine's filter drops the event");
        heading(fmt::format("{} {}", name, paint(Color::faint, "is not tried: " + why)));
        continue;
      }
      const bool takes_it = truth_of(rule, "takes");
      if (takes_it) takes = text_of(rule, "name");
      heading(fmt::format("{} {} {}", mark(takes_it), name,
                          takes_it ? "takes the event" : "does not take it: " + reason_text(rule)));
      add_rule(rule);
    }
  }

  void add_rule(element rule) {
    element filter;
    if (rule["filter"].get(filter) == simdjson::SUCCESS) add_tree(filter, 1);
    object key;
    if (rule["key"].get(key) == simdjson::SUCCESS) {
      std::string_view label = "key     ";
      for (const auto& [field, value] : key) {
        line(1, fmt::format("{}{} {}", label, shown(field, kValueRoom), value_text(value)));
        label = "        ";
      }
    }
    element bucket;
    if (rule["bucket"].get(bucket) == simdjson::SUCCESS) line(1, bucket_text(rule, bucket));
    if (truth_of(rule, "takes")) line(1, "effect  " + effect_text(rule));
  }

  std::string bucket_text(element rule, element bucket) const {
    if (!truth_of(bucket, "open")) return "bucket  none is open";
    const std::string left = truth_of(bucket, "closes_first")
                                 ? "it is due"
                                 : duration_text(number_of(bucket, "left")) + " left";
    return fmt::format("bucket  open since {}: {} of {} events, {}",
                       time_text(number_of(bucket, "opened")), number_of(bucket, "count"),
                       number_of(rule, "threshold"), left);
  }

  void add_enrichment(element one) {
    const bool applies = truth_of(one, "applies");
    heading(fmt::format("{} enrichment {} {}", mark(applies),
                        paint(Color::strong, fmt::format("'{}'", shown(text_of(one, "name"), 128))),
                        !applies                ? "does not run: its filter is false"
                        : truth_of(one, "asks") ? "would ask over the network; nobody was asked"
                                                : "runs"));
    element filter;
    if (one["filter"].get(filter) == simdjson::SUCCESS) add_tree(filter, 1);
  }

  void add_tree(element node, std::size_t depth) {
    const std::string_view type = text_of(node, "type");
    const bool truth = truth_of(node, "truth");
    if (type == "condition") return add_condition(node, depth);
    const std::string label =
        type == "saved" ? fmt::format("filter('{}')", shown(text_of(node, "name"), kValueRoom))
                        : std::string(type);
    line(depth, fmt::format("{} {}", mark(truth), label));
    for (const element child : array(node["children"])) add_tree(child, depth + 1);
  }

  void add_condition(element node, std::size_t depth) {
    const bool truth = truth_of(node, "truth");
    const std::string_view expression = text_of(node, "expression");
    const bool reached = truth_of(node, "reached");
    std::string notes = operands(node, expression);
    if (!reached) notes += notes.empty() ? "not needed" : "; not needed";
    std::string text = shown(expression, kExpressionRoom);
    if (!notes.empty()) text += "  (" + notes + ")";
    if (!reached) return line(depth, paint(Color::faint, (truth ? "✓ " : "✗ ") + text));
    if (truth_of(node, "decided")) text += "  " + paint(Color::mark, "← decided");
    line(depth, mark(truth) + " " + text);
  }

  // What stood left and right, but for constants, which the expression shows.
  static std::string operands(element node, std::string_view expression) {
    std::string out;
    element value;
    if (node["left"].get(value) == simdjson::SUCCESS) out += value_text(value);
    if (node["right"].get(value) == simdjson::SUCCESS) {
      const std::string constant = written(value);
      const bool known = !constant.empty() && expression.find(' ' + constant) != std::string::npos;
      if (!known) out += (out.empty() ? "" : " and ") + value_text(value);
    }
    return out;
  }

  static std::string value_text(element value) {
    return value.is_null() ? "absent" : shown(simdjson::minify(value), kValueRoom);
  }

  const bool colors_;
  std::string out_;
};

}  // namespace

Explanation show_explanation(const std::string& json, bool colors) {
  simdjson::dom::parser parser;
  element root;
  if (parser.allocate(json.size(), kNesting) != simdjson::SUCCESS ||
      parser.parse(json).get(root) != simdjson::SUCCESS) {
    throw Failure(Exit::runtime, "the library explained the event in bad JSON");
  }
  // A late event that is rejected could be read.
  element late;
  const bool unread =
      text_of(root, "outcome") == "rejected" && root["late"].get(late) != simdjson::SUCCESS;
  return {Renderer(colors).render(root), unread};
}

}  // namespace weir::host
