#include "rule/test_cases.h"

#include "base/error.h"
#include "found.h"

namespace weir::rule {
namespace {

// What is wrong with a test of these steps, which begin in column 3 of line 3.
Lines steps(std::string_view text, std::string_view rest = {}) {
  return document("tests:\n- name: t\n  steps: " + std::string(text) + "\n" + std::string(rest));
}

TEST(TestCases, AreReadStepByStep) {
  const Parsed parsed = parse_document(
      "tests:\n"
      "  - name: \"all steps\"\n"
      "    steps:\n"
      "      - feed: {repeat: 3, event: {Name: a, BytesIn: 10}}\n"
      "      - feed:\n"
      "          - {Name: b}\n"
      "          - Extra: {k: v}\n"
      "      - feed: {events: [{Name: c}]}\n"
      "      - advance: 61s\n"
      "      - advance: 0.5\n"
      "      - flush: true\n"
      "      - flush:\n"
      "      - flush\n"
      "      - expect:\n"
      "          - {Name: a, SA.Names: [x, 'y'], Severity: null}\n"
      "      - expect_passed: []\n");
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.tests.size(), 1U);
  const TestCase& test = parsed.tests[0];
  EXPECT_EQ(test.name, "all steps");
  EXPECT_EQ(test.line, 2U);
  ASSERT_EQ(test.steps.size(), 10U);
  using Action = TestStep::Action;
  EXPECT_EQ(test.steps[0].events, "{\"Name\":\"a\",\"BytesIn\":10}\n");
  EXPECT_EQ(test.steps[0].repeat, 3U);
  EXPECT_EQ(test.steps[1].events, "{\"Name\":\"b\"}\n{\"Extra\":{\"k\":\"v\"}}\n");
  EXPECT_EQ(test.steps[1].event_lines, (std::vector<std::uint32_t>{6, 7}));
  EXPECT_EQ(test.steps[2].events, "{\"Name\":\"c\"}\n");
  EXPECT_EQ(test.steps[3].advance.nanos, 61'000'000'000);
  EXPECT_EQ(test.steps[4].advance.nanos, 500'000'000);
  for (const std::size_t i : {5U, 6U, 7U}) EXPECT_EQ(test.steps[i].action, Action::flush);
  EXPECT_EQ(test.steps[8].action, Action::expect);
  EXPECT_EQ(test.steps[8].line, 14U);
  EXPECT_EQ(test.steps[8].events,
            "{\"Name\":\"a\",\"SA.Names\":[\"x\",\"y\"],\"Severity\":null}\n");
  EXPECT_EQ(test.steps[9].action, Action::expect_passed);
}

TEST(TestCases, WriteValuesAsJsonDoes) {
  const Parsed parsed = parse_document(
      "schema: open\n"
      "tests:\n"
      "- {name: t, steps: [feed: [{a: 0x1F, b: 0o17, c: +5, d: .5, e: 5., f: true, g: False, h: "
      "1e3,\n"
      "    i: 10.0.0.1, j: 'true', k: \"1\", l: ~, m: 12:30, n: -1.50}]]}\n");
  EXPECT_EQ(lines(parsed), Lines{});
  ASSERT_EQ(parsed.tests.size(), 1U);
  EXPECT_EQ(parsed.tests[0].steps[0].events,
            "{\"a\":31,\"b\":15,\"c\":5,\"d\":0.5,\"e\":5,\"f\":true,\"g\":false,\"h\":1e3,"
            "\"i\":\"10.0.0.1\",\"j\":\"true\",\"k\":\"1\",\"l\":null,\"m\":\"12:30\","
            "\"n\":-1.50}\n");
  EXPECT_EQ(
      steps("[{expect: [{FlexNumber1: .nan}]}]"),
      (Lines{"3:35: error: JSON, and so an event, has no number '.nan'; put it in quotes to make "
             "it text, or write another"}));
}

TEST(TestCases, MustBeMapsOfNameAndSteps) {
  EXPECT_EQ(document("tests: [a]\n"),
            (Lines{"1:9: error: a test must be a map of 'name' and 'steps', not 'a'"}));
  EXPECT_EQ(document("tests: [{}]\n"),
            (Lines{"1:9: error: 'name' is missing; name the test",
                   "1:9: error: 'steps' is missing; list what the test does, such as feed and "
                   "expect"}));
  EXPECT_EQ(document("tests: [{name: t, stepz: []}]\n")[0].substr(0, 60),
            "1:9: error: 'steps' is missing; list what the test does, suc");
  EXPECT_EQ(document("tests: [{name: t, steps: []}]\n"),
            (Lines{"1:26: error: a test needs steps, without which it says nothing; list what it "
                   "does, such as feed and expect"}));
  EXPECT_EQ(document("tests:\n- {name: t, steps: [flush]}\n- {name: t, steps: [flush]}\n"),
            (Lines{"3:10: error: two tests have the name 't', the first on line 2; rename one"}));
}

TEST(TestCases, KnowTheirSteps) {
  EXPECT_EQ(steps("[{advence: 1s}]"),
            (Lines{"3:12: error: unknown key 'advence'; did you mean 'advance'?"}));
  EXPECT_EQ(steps("[flsh]"),
            (Lines{"3:11: error: a step is a map with one of feed, advance, flush, "
                   "expect and expect_passed, not 'flsh'; did you mean 'flush'?"}));
  EXPECT_EQ(steps("[{advance: 1s, flush: true}]"),
            (Lines{"3:11: error: a step does one thing; make each of its keys a step of its own"}));
  EXPECT_EQ(steps("[{}]"),
            (Lines{"3:11: error: the step is empty; write one of feed, advance, flush, "
                   "expect and expect_passed"}));
  EXPECT_EQ(steps("[{flush: false}]"),
            (Lines{"3:19: error: flush takes 'true' or nothing, not 'false'; without it nothing is "
                   "flushed"}));
  EXPECT_EQ(
      steps("[{advance: soon}]"),
      (Lines{"3:21: error: advance must be a number of seconds, or a number with ms, s, m, h or "
             "d, not 'soon'"}));
}

TEST(TestCases, FeedEventsAndNothingElse) {
  EXPECT_EQ(steps("[{feed: {event: {Name: a}, repet: 2}}]"),
            (Lines{"3:37: error: unknown key 'repet'; did you mean 'repeat'?"}));
  EXPECT_EQ(
      steps("[{feed: {repeat: 2}}]"),
      (Lines{"3:18: error: feed has either 'event', one event, or 'events', a list of them"}));
  EXPECT_EQ(steps("[{feed: {event: {}, events: []}}]").size(), 1U);
  EXPECT_EQ(steps("[{feed: {event: {}, repeat: 0}}]"),
            (Lines{"3:38: error: repeat must be a whole number from 1 to 1000000, not '0'"}));
  EXPECT_EQ(steps("[{feed: []}]"),
            (Lines{"3:18: error: feed has no events; write one, or take the step out"}));
  EXPECT_EQ(steps("[{feed: [a]}]"),
            (Lines{"3:19: error: an event must be a map of fields to values, not 'a'"}));
}

TEST(TestCases, NameFieldsOfTheSchema) {
  EXPECT_EQ(steps("[{feed: [{Nme: a}]}, {expect: [{SourceAdress: a, S.x: b, Extra.k: c}]}]"),
            (Lines{"3:20: error: unknown field 'Nme'; did you mean 'Name'?",
                   "3:42: error: unknown field 'SourceAdress'; did you mean 'SourceAddress'?"}));
  EXPECT_EQ(steps("[{feed: [{Nme: a}]}, {expect: [{Nme: a}]}]", "schema: open\n"), Lines{});
}

TEST(TestCases, FeedKeysOfTheSourceWhereThereIsAMapping) {
  EXPECT_EQ(
      steps("[{feed: [{src: a, x: {y: 1}}]}, {expect: [{src: a}]}]", "map: {src: SourceAddress}\n")
          .size(),
      1U);  // the expectation is of fields nevertheless
  EXPECT_EQ(steps("[{feed: [{src: a}]}]", "map: {preset: suricata}\n"), Lines{});
}

TEST(TestCases, NameNoFieldsForTheEngine) {
  const std::uint32_t before = field_count();
  EXPECT_EQ(steps("[{feed: [{S.OfATestOnly: a}]}]"), Lines{});
  EXPECT_EQ(field_count(), before);
}

TEST(TestCases, GoToTheHostAsJson) {
  EXPECT_EQ(
      tests_json("tests:\n- name: \"a \\\"b\\\"\"\n  steps:\n  - feed: {event: {Name: x}, repeat: "
                 "2}\n  - advance: 1s\n  - flush\n  - expect: []\n",
                 {}),
      R"([
{"line":2,"name":"a \"b\"","steps":[{"line":4,"feed":"{\"Name\":\"x\"}\n","repeat":2,"event_lines":[4]},
  {"line":5,"advance":1000000000,"event_lines":[]},
  {"line":6,"flush":true,"event_lines":[]},
  {"line":7,"expect":"","event_lines":[]}]}
]
)");
  EXPECT_EQ(tests_json("{}", {}), "[\n]\n");
}

TEST(TestCases, DoNotGoToTheHostFromABadDocument) {
  try {
    tests_json("filter: Nme = 1\ntests: []\n", {});
    FAIL() << "should have thrown";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    EXPECT_EQ(failure.position().line, 1U);
    EXPECT_EQ(failure.position().column, 9U);
    EXPECT_STREQ(failure.what(), "unknown field 'Nme'; did you mean 'Name'?");
  }
}

}  // namespace
}  // namespace weir::rule
