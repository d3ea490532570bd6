#include "engine/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "event/schema.h"
#include "event/value_json.h"

namespace weir::engine {

namespace {

std::string_view name_of(Verdict outcome) noexcept {
  switch (outcome) {
    case Verdict::rejected:
      return "rejected";
    case Verdict::filtered:
      return "filtered";
    case Verdict::passed:
      return "passed";
    case Verdict::taken:
      return "taken";
  }
  return {};
}

std::string_view name_of(Because because) noexcept {
  switch (because) {
    case Because::nothing:
      return {};
    case Because::filtered:
      return "filtered";
    case Because::earlier:
      return "earlier rule";
    case Because::late:
      return "late";
    case Because::filter:
      return "filter";
    case Because::host:
      return "host filter";
    case Because::missing:
      return "missing fields";
    case Because::met:
      return "met";
    case Because::full:
      return "full";
  }
  return {};
}

std::string_view name_of(rule::LateEvents late) noexcept {
  switch (late) {
    case rule::LateEvents::next:
      return "next";
    case rule::LateEvents::pass:
      return "pass";
    case rule::LateEvents::reject:
      return "reject";
  }
  return {};
}

std::string_view name_of(Effect effect) noexcept {
  return effect == Effect::opens ? "opens" : effect == Effect::joins ? "joins" : "closes";
}

std::string_view name_of(filter::Node::Type type) noexcept {
  switch (type) {
    case filter::Node::Type::all:
      return "and";
    case filter::Node::Type::any:
      return "or";
    case filter::Node::Type::negation:
      return "not";
    case filter::Node::Type::condition:
      return "condition";
    case filter::Node::Type::saved:
      return "saved";
  }
  return {};
}

// Members of one object, from its brace to the other.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  ~Object() { out_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // What is appended next is the member's value.
  std::string& member(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_json_string(out_, name);
    out_ += ':';
    return out_;
  }
  void text(std::string_view name, std::string_view text) {
    append_json_string(member(name), text);
  }
  void raw(std::string_view name, std::string_view json) { member(name) += json; }
  void truth(std::string_view name, bool truth) { raw(name, truth ? "true" : "false"); }
  void number(std::string_view name, std::int64_t number) {
    fmt::format_to(std::back_inserter(member(name)), "{}", number);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

// An array of what `append` makes of each.
template <class Elements, class Append>
void append_array(std::string& out, const Elements& elements, Append&& append) {
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out += ',';
    first = false;
    append(element);
  }
  out += ']';
}

void append(std::string& out, const filter::Explanation& node) {
  Object object(out);
  object.text("type", name_of(node.type));
  if (node.type == filter::Node::Type::condition) object.text("expression", node.text);
  if (node.type == filter::Node::Type::saved) object.text("name", node.text);
  object.truth("truth", node.truth);
  if (node.type != filter::Node::Type::condition) {
    append_array(object.member("children"), node.children,
                 [&](const filter::Explanation& child) { append(out, child); });
    return;
  }
  object.truth("reached", node.reached);
  if (node.decided) object.truth("decided", true);
  if (!node.left.empty()) object.raw("left", node.left);
  if (!node.right.empty()) object.raw("right", node.right);
}

// Milliseconds, as times in events are.
void append_bucket(std::string& out, const aggregate::Peek& met, Duration shift) {
  Object bucket(out);
  bucket.truth("open", met.open);
  if (!met.open) return;
  bucket.number("count", met.count);
  bucket.number("opened", met.opened.millis());
  bucket.number("deadline", (met.deadline + shift).millis());
  bucket.number("left", std::max<std::int64_t>((met.deadline - met.line).nanos, 0) / 1'000'000);
  if (met.due) bucket.truth("closes_first", true);
}

void append_key(std::string& out, const RuleExplanation& rule) {
  Object key(out);
  for (const auto& [field, value] : rule.key) append_value(key.member(field_name(field)), value);
}

void append(std::string& out, const RuleExplanation& rule, Duration shift) {
  Object object(out);
  const aggregate::Settings& settings = rule.rule->settings();
  object.text("name", settings.name);
  object.text("tenant", settings.tenant);
  object.number("threshold", settings.threshold);
  object.number("lifetime", settings.lifetime.nanos / 1'000'000);
  object.truth("considered", rule.considered());
  const bool takes = rule.because == Because::nothing;
  object.truth("takes", takes);
  if (!takes) object.text("because", name_of(rule.because));
  if (rule.filter) append(object.member("filter"), *rule.filter);
  if (rule.host_answer)
    object.text("host_filter", *rule.host_answer == WEIR_TAKE    ? "take"
                               : *rule.host_answer == WEIR_LEAVE ? "leave"
                                                                 : "failed");
  if (!rule.missing.empty())
    append_array(object.member("missing"), rule.missing,
                 [&](FieldId field) { append_json_string(out, field_name(field)); });
  if (!rule.met) return;
  append_key(object.member("key"), rule);
  append_bucket(object.member("bucket"), *rule.met, shift);
  if (!takes) return;
  object.text("effect", name_of(rule.effect));
  object.number("count", rule.count);
}

}  // namespace

std::string to_json(const EventExplanation& explanation) {
  std::string out;
  {
    Object object(out);
    object.text("outcome", name_of(explanation.outcome));
    if (explanation.late) {
      Object late(object.member("late"));
      late.number("behind", explanation.late->behind.nanos / 1'000'000);
      late.text("then", name_of(explanation.late->then));
    }
    if (explanation.outcome == Verdict::rejected) {
      object.text("problem", explanation.problem);
    } else {
      object.number("clock", explanation.clock.host().millis());
      if (explanation.not_stored > 0)
        object.number("not_stored", static_cast<std::int64_t>(explanation.not_stored));
      if (explanation.filter) {
        Object filter(object.member("filter"));
        filter.text("polarity", explanation.keep ? "keep" : "drop");
        append(filter.member("tree"), *explanation.filter);
      }
      append_array(object.member("rules"), explanation.rules, [&](const RuleExplanation& rule) {
        append(out, rule, explanation.clock.shift);
      });
      if (explanation.outcome == Verdict::passed)
        append_array(object.member("enrichment"), explanation.enrichment,
                     [&](const EnrichmentExplanation& one) {
                       Object rule(out);
                       rule.text("name", one.name);
                       rule.truth("applies", !one.filter || one.filter->truth);
                       if (one.asks) rule.truth("asks", true);
                       if (one.filter) append(rule.member("filter"), *one.filter);
                     });
    }
  }
  return out;
}

}  // namespace weir::engine
