#include "rule/test_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "rule/document.h"
#include "rule/node_json.h"

namespace weir::rule {

namespace {

// In the order of TestStep::Action.
constexpr std::array<Word, 5> actions{
    {{"feed"}, {"advance"}, {"flush"}, {"expect"}, {"expect_passed"}}};

// What a person would wait for, and a slip of a digit not.
constexpr std::int64_t max_repeat = 1'000'000;

class TestReader {
 public:
  TestReader(Schema schema, FedNames names, Findings& findings)
      : schema_(schema), names_(names), findings_(findings) {}

  TestCase read(const Node& item);

 private:
  void read_step(const Node& item, TestCase& test);
  void read_feed(const SettingsMap& map, TestStep& step);
  void read_flush(const Node& value);
  void read_expected(const SettingsMap& map, std::string_view key, TestStep& step);
  void add_event(const Node& event, bool fed, TestStep& step);
  void check_name(const Node& name);

  Schema schema_;
  FedNames names_;
  Findings& findings_;
  std::map<std::string, std::size_t, std::less<>> test_names_;
};

TestCase TestReader::read(const Node& item) {
  constexpr std::array<Word, 2> keys{{{"name"}, {"steps"}}};
  TestCase test;
  test.line = findings_.line(item.offset);
  if (item.kind != Node::Kind::map) {
    if (item.kind != Node::Kind::broken)
      findings_.error(
          item, fmt::format("a test must be a map of 'name' and 'steps', not {}", describe(item)));
    return test;
  }
  const SettingsMap map(item, keys, findings_);
  map.require("name", "name the test");
  if (auto name = map.text("name", 1, max_name)) {
    const std::size_t place = map.find("name")->offset;
    const auto [first, added] = test_names_.emplace(*name, place);
    if (!added)
      findings_.error(place,
                      fmt::format("two tests have the name {}, the first on line {}; rename one",
                                  quote(*name), findings_.line(first->second)));
    test.name = std::move(*name);
  }
  map.require("steps", "list what the test does, such as feed and expect");
  const auto* steps = map.list("steps");
  if (steps == nullptr) return test;
  if (steps->empty())
    findings_.error(*map.find("steps"),
                    "a test needs steps, without which it says nothing; list what it does, such as "
                    "feed and expect");
  for (const Node& step : *steps) {
    if (findings_.full()) break;
    read_step(step, test);
  }
  return test;
}

void TestReader::read_step(const Node& item, TestCase& test) {
  TestStep& step = test.steps.emplace_back();
  step.line = findings_.line(item.offset);
  if (item.kind == Node::Kind::scalar && item.text == "flush") {
    step.action = TestStep::Action::flush;
    return;
  }
  if (item.kind != Node::Kind::map) {
    if (item.kind == Node::Kind::broken) return;
    std::string hint;
    if (item.kind == Node::Kind::scalar && !item.is_null())
      hint = suggest(item.text, {"feed", "advance", "flush", "expect", "expect_passed"});
    findings_.error(item,
                    fmt::format("a step is a map with one of feed, advance, flush, expect and "
                                "expect_passed, not {}{}",
                                describe(item), hint));
    return;
  }
  const SettingsMap map(item, actions, findings_);
  if (item.pairs() != 1) {
    findings_.error(item, item.pairs() == 0
                              ? "the step is empty; write one of feed, advance, flush, expect and "
                                "expect_passed"
                              : "a step does one thing; make each of its keys a step of its own");
    return;
  }
  const auto action = std::find_if(actions.begin(), actions.end(), [&](const Word& word) {
    return map.find(word.text) != nullptr;
  });
  if (action == actions.end()) return;  // the one key is unknown, which is reported
  step.action = static_cast<TestStep::Action>(action - actions.begin());
  switch (step.action) {
    case TestStep::Action::feed:
      return read_feed(map, step);
    case TestStep::Action::advance:
      if (const auto by = map.duration("advance")) step.advance = *by;
      return;
    case TestStep::Action::flush:
      return read_flush(item.value(0));
    case TestStep::Action::expect:
    case TestStep::Action::expect_passed:
      return read_expected(map, action->text, step);
  }
}

// {event: {…}}, {events: [{…}]}, either with `repeat`, or a list of events.
void TestReader::read_feed(const SettingsMap& map, TestStep& step) {
  constexpr std::array<Word, 3> keys{{{"event"}, {"events"}, {"repeat"}}};
  const Node& feed = *map.find("feed");
  const std::vector<Node>* events = nullptr;
  if (feed.kind == Node::Kind::sequence) {
    events = &feed.children;
  } else if (feed.kind == Node::Kind::map) {
    const SettingsMap settings(feed, keys, findings_);
    if (const auto repeat = settings.whole("repeat", 1, max_repeat))
      step.repeat = static_cast<std::uint64_t>(*repeat);
    const Node* event = settings.find("event");
    if ((event != nullptr) == (settings.find("events") != nullptr))
      findings_.error(feed, "feed has either 'event', one event, or 'events', a list of them");
    else if (event != nullptr)
      add_event(*event, true, step);
    else
      events = settings.list("events");
  } else if (feed.kind != Node::Kind::broken) {
    findings_.error(feed, fmt::format("feed must be {{event: …}}, {{events: […]}} or a list of "
                                      "events, not {}",
                                      describe(feed)));
  }
  if (events == nullptr) return;
  if (events->empty()) findings_.error(feed, "feed has no events; write one, or take the step out");
  for (const Node& event : *events) add_event(event, true, step);
}

void TestReader::read_flush(const Node& value) {
  const bool good = value.is_null() ||
                    (value.kind == Node::Kind::scalar && !value.quoted && value.text == "true");
  if (!good && value.kind != Node::Kind::broken)
    findings_.error(value,
                    fmt::format("flush takes 'true' or nothing, not {}; without it nothing is "
                                "flushed",
                                describe(value)));
}

void TestReader::read_expected(const SettingsMap& map, std::string_view key, TestStep& step) {
  if (const auto* events = map.list(key))
    for (const Node& event : *events) add_event(event, false, step);
}

void TestReader::add_event(const Node& event, bool fed, TestStep& step) {
  if (findings_.full() || event.kind == Node::Kind::broken) return;
  if (event.kind != Node::Kind::map) {
    findings_.error(
        event, fmt::format("an event must be a map of fields to values, not {}", describe(event)));
    return;
  }
  if (!fed || names_ == FedNames::fields)
    for (std::size_t i = 0; i < event.pairs(); ++i) check_name(event.key(i));
  append_json(step.events, event, findings_);
  step.events += '\n';
  step.event_lines.push_back(findings_.line(event.offset));
}

void TestReader::check_name(const Node& name) {
  // A key that is no text has been reported with its map.
  if (schema_ == Schema::open || name.kind != Node::Kind::scalar || name.is_null()) return;
  if (findings_.full()) return;
  try {
    check_field_name(name.text.substr(0, max_open_name));
  } catch (const Failure& failure) {
    findings_.error(name, failure.what());
  }
}

void append_member(std::string& out, std::string_view name, const std::string& value) {
  out += fmt::format(",\"{}\":", name);
  append_json_string(out, value);
}

void append_step(std::string& out, const TestStep& step) {
  out += fmt::format("{{\"line\":{}", step.line);
  const std::string_view action = actions[static_cast<std::size_t>(step.action)].text;
  if (step.action == TestStep::Action::advance)
    out += fmt::format(",\"advance\":{}", step.advance.nanos);
  else if (step.action == TestStep::Action::flush)
    out += ",\"flush\":true";
  else
    append_member(out, action, step.events);
  if (step.action == TestStep::Action::feed) out += fmt::format(",\"repeat\":{}", step.repeat);
  out += ",\"event_lines\":[";
  for (std::size_t i = 0; i < step.event_lines.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : ",", step.event_lines[i]);
  out += "]}";
}

}  // namespace

std::vector<TestCase> read_tests(const SettingsMap& document, Schema schema, FedNames names,
                                 Findings& findings) {
  std::vector<TestCase> tests;
  const auto* items = document.list("tests");
  if (items == nullptr) return tests;
  TestReader reader(schema, names, findings);
  for (const Node& item : *items) {
    if (findings.full()) break;
    tests.push_back(reader.read(item));
  }
  return tests;
}

std::string tests_json(std::string_view document, std::string_view directory) {
  const Parsed parsed = parse_document(document, directory);
  for (const Diagnostic& found : parsed.diagnostics)
    if (found.severity == Severity::error)
      throw Failure(Status::invalid_document, found.message,
                    {found.offset, found.line, found.column});
  std::string out = "[";
  for (const TestCase& test : parsed.tests) {
    out += out.size() > 1 ? ",\n{" : "\n{";
    out += fmt::format("\"line\":{}", test.line);
    append_member(out, "name", test.name);
    out += ",\"steps\":[";
    for (const TestStep& step : test.steps) {
      if (&step != test.steps.data()) out += ",\n  ";
      append_step(out, step);
    }
    out += "]}";
  }
  return out + "\n]\n";
}

}  // namespace weir::rule
