#include "explain/sentences.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "json_object.h"

namespace weir::host {

using simdjson::dom::array;
using simdjson::dom::element;

std::string duration_text(std::int64_t millis) {
  std::string text = fmt::format("{}.{:03}", millis / 1000, millis % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

std::string time_text(std::int64_t millis) {
  const std::time_t seconds = static_cast<std::time_t>(millis / 1000);
  const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
  return millis % 1000 == 0 ? text + "Z" : fmt::format("{}.{:03}Z", text, millis % 1000);
}

std::string effect_text(element rule) {
  const std::string_view effect = text_of(rule, "effect");
  const std::int64_t count = number_of(rule, "count");
  const std::int64_t threshold = number_of(rule, "threshold");
  element bucket = rule["bucket"];
  const std::string first =
      truth_of(bucket, "closes_first") ? "the open bucket is due and closes first; " : "";
  if (effect == "joins") {
    return fmt::format("it joins the open bucket as event {} of {}, with {} left", count, threshold,
                       duration_text(number_of(bucket, "left")));
  }
  if (effect == "opens") {
    return fmt::format("{}it opens a bucket as event 1 of {}, for {}", first, threshold,
                       duration_text(number_of(rule, "lifetime")));
  }
  if (count == 1) return first + "it becomes an aggregated event at once, for the threshold is 1";
  return fmt::format("it closes the open bucket as event {} of {}", count, threshold);
}

std::string reason_text(element rule) {
  const std::string_view because = text_of(rule, "because");
  if (because == "filter") return "its filter is false";
  if (because == "host filter") {
    const bool failed = text_of(rule, "host_filter") == "failed";
    return failed ? "the host's filter failed" : "the host's filter left it";
  }
  if (because == "met") return "its bucket has met this combination of unique values";
  if (because == "full") return "its bucket has no room for another combination of unique values";
  std::string fields;
  array missing;
  if (rule["missing"].get(missing) == simdjson::SUCCESS)
    for (const element field : missing) {
      std::string_view name;
      if (field.get(name) != simdjson::SUCCESS) continue;
      fields += fields.empty() ? "" : ", ";
      fields += name;
    }
  return "the event lacks identical fields: " + fields;
}

std::string late_text(element late) {
  const std::string_view then = text_of(late, "then");
  return fmt::format(
      "its time is {} behind the clock{}", duration_text(number_of(late, "behind")),
      then == "pass" ? ", so that it is offered to no rule" : ", and it goes on like any other");
}

namespace {

std::string taken_text(element explanation) {
  std::string text;
  for (const element rule : array(explanation["rules"])) {
    if (!truth_of(rule, "takes")) continue;
    text += fmt::format("{}rule '{}' takes the event: {}", text.empty() ? "" : "; ",
                        text_of(rule, "name"), effect_text(rule));
  }
  text[0] = 'R';
  return text + ".";
}

std::string passed_text(element explanation) {
  std::size_t applied = 0;
  array enrichment;
  if (explanation["enrichment"].get(enrichment) == simdjson::SUCCESS)
    for (const element one : enrichment) applied += truth_of(one, "applies") ? 1 : 0;
  std::string text = "No rule takes the event: it passes";
  if (applied == 0) return text + ".";
  return text + (applied == 1 ? ", and an enrichment rule runs on it."
                              : fmt::format(", and {} enrichment rules run on it.", applied));
}

}  // namespace

std::string outcome_text(element explanation) {
  const std::string_view outcome = text_of(explanation, "outcome");
  if (outcome == "rejected")
    return fmt::format("The event is rejected: {}.", text_of(explanation, "problem"));
  if (outcome == "taken") return taken_text(explanation);
  if (outcome == "passed") return passed_text(explanation);
  const bool keeps = text_of(explanation["filter"], "polarity") == "keep";
  return fmt::format("The engine's filter drops the event, which {} it.",
                     keeps ? "does not match" : "matches");
}

}  // namespace weir::host
