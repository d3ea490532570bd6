#include "test/test_case.h"

#include <simdjson.h>

#include "commands/diagnostics.h"
#include "failure.h"
#include "json_object.h"

namespace weir::host {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using Action = TestStep::Action;

bool get_text(element object, std::string_view key, std::string& to) {
  std::string_view value;
  const bool found = object[key].get(value) == simdjson::SUCCESS;
  to = std::string(value);
  return found;
}

TestStep step_of(element json) {
  TestStep step;
  step.line = count_of(json, "line");
  if (get_text(json, "feed", step.events)) {
    step.action = Action::feed;
    step.repeat = count_of(json, "repeat");
  } else if (get_text(json, "expect", step.events)) {
    step.action = Action::expect;
  } else if (get_text(json, "expect_passed", step.events)) {
    step.action = Action::expect_passed;
  } else if (element by; json["advance"].get(by) == simdjson::SUCCESS) {
    step.action = Action::advance;
    step.nanos = number_of(json, "advance");
  } else {
    step.action = Action::flush;
  }
  array lines;
  if (json["event_lines"].get(lines) == simdjson::SUCCESS) {
    for (const element line : lines) step.event_lines.push_back(std::uint64_t(line));
  }
  return step;
}

}  // namespace

std::vector<TestCase> read_tests(const Library& library, std::string_view document,
                                 const std::string& directory) {
  const std::string json =
      describe(library, directory.empty() ? "tests" : "tests " + directory, document);
  simdjson::dom::parser parser;
  array tests;
  if (parser.parse(json).get(tests) != simdjson::SUCCESS) {
    throw Failure(Exit::runtime, "the library described 'tests' in bad JSON");
  }
  std::vector<TestCase> all;
  for (const element test : tests) {
    TestCase& one = all.emplace_back();
    one.name = text_of(test, "name");
    one.line = count_of(test, "line");
    array steps;
    if (test["steps"].get(steps) != simdjson::SUCCESS) continue;
    for (const element step : steps) one.steps.push_back(step_of(step));
  }
  return all;
}

}  // namespace weir::host
