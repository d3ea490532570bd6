// What the regular expressions of a filter may take.
#include "filter/patterns.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "event.h"

namespace weir::filter {
namespace {

std::string match_list(const std::vector<std::string>& patterns) {
  std::string list = "Message match [";
  for (const std::string& pattern : patterns) list += "'" + pattern + "',";
  list.back() = ']';
  return list;
}

// Of the kinds that detection rules have.
std::vector<std::string> ordinary(int count) {
  std::vector<std::string> patterns;
  for (int i = 0; i < count; ++i) {
    switch (i % 5) {
      case 0:
        patterns.push_back(fmt::format(R"(\\temp\\[^\\]+\.exe{}$)", i));
        break;
      case 1:
        patterns.push_back(
            fmt::format(R"(\bpowershell(\.exe)?\s+-e(nc)?\s+[A-Za-z0-9+/=]{{20,}}{})", i));
        break;
      case 2:
        patterns.push_back(fmt::format(R"((?:\d{{1,3}}\.){{3}}\d{{1,3}}:{}\b)", i));
        break;
      case 3:
        patterns.push_back(fmt::format(R"(^[a-f0-9]{{32}}-{}$)", i));
        break;
      default:
        patterns.push_back(fmt::format(R"(union\s+(all\s+)?select.*from\s+t{}\b)", i));
        break;
    }
  }
  return patterns;
}

TEST(Patterns, OfAThousandOrdinaryExpressionsFindEach) {
  SlotMap slots;
  const Program program =
      compile(parse_expression(match_list(ordinary(1'000)) + " nocase"), {}, slots);
  Scratch scratch;
  const auto matches = [&](std::string_view text) {
    return program.matches(event("Message", text).row(slots).data(), scratch);
  };
  EXPECT_TRUE(matches("C:\\Temp\\a.exe995"));
  EXPECT_TRUE(matches("from 10.1.2.3:997 to"));
  EXPECT_TRUE(matches("x' UNION ALL SELECT a, b FROM t999"));
  EXPECT_FALSE(matches("x' UNION ALL SELECT a, b FROM t998"));
  EXPECT_GT(program.pattern_bytes(), 0U);
}

TEST(Patterns, OfAThousandConditionsFit) {
  std::string many;
  for (const std::string& pattern : ordinary(1'000))
    many += (many.empty() ? "" : " or ") + match_list({pattern});
  EXPECT_EQ(refusal(many).message, "");
}

TEST(Patterns, OfLargeExpressionsMayNotTakeAllMemory) {
  const auto large = [](int count) {
    std::vector<std::string> patterns;
    for (int i = 0; i < count; ++i) patterns.push_back(fmt::format(".{{1000}}x{}", i));
    return patterns;
  };
  EXPECT_EQ(refusal(match_list(large(100))).message, "");
  const Refusal one_list = refusal(match_list(large(400)));
  EXPECT_TRUE(one_list.message.starts_with("with the expression '.{1000}x")) << one_list.message;
  EXPECT_TRUE(
      one_list.message.ends_with("take more than 64 MiB; make repetitions such as {1000} "
                                 "shorter, or list fewer"))
      << one_list.message;
  EXPECT_GT(one_list.offset, 1'000);
  EXPECT_EQ(refusal(match_list(large(200)) + " or " + match_list(large(200))).message.substr(0, 19),
            "with the expression");
}

TEST(Patterns, OfTinyExpressionsCountToo) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 25'000; ++i) patterns.push_back("a.");
  EXPECT_EQ(refusal(match_list(patterns)).message.substr(0, 24), "with the expression 'a.'");
}

TEST(Patterns, OfAnyOneExpressionThatCompilesAreMatched) {
  const std::string text(1'000, 'y');
  EXPECT_TRUE(matches("Message match '^.{1000}$'", event("Message", std::string_view(text))));
  EXPECT_FALSE(matches("Message match '^.{999}$'", event("Message", std::string_view(text))));
  EXPECT_TRUE(
      matches("Message match '^(.{500}){2}$' nocase", event("Message", std::string_view(text))));
  EXPECT_TRUE(
      matches(R"(Message match '^(\pL{10}){5}$')", event("Message", std::string(50, 'y').c_str())));
}

TEST(Patterns, WhoseRepetitionsMultiplyAreRefused) {
  const Refusal refused = refusal("Message match '((a{100}){100}){100}'");
  EXPECT_TRUE(refused.message.starts_with("the expression '((a{100}){100}){100}' does not compile"))
      << refused.message;
  EXPECT_NE(refusal("Message match '(((.{10}){10}){10}x){2}' or Message match '(\\pL{1000}){1000}'")
                .message,
            "");
}

// Text whose automaton has a state for each of the 2^20 ways that 20 letters can be.
TEST(Patterns, WhoseAutomataExplodeFindTheSame) {
  std::string text;
  std::uint32_t random = 1;
  for (int i = 0; i < 200'000; ++i)
    text += (random = random * 1664525 + 1013904223) >> 31 ? 'a' : 'b';
  const auto expected = [&](std::size_t behind) {  // an `a`, that many letters, and a `c`
    return text[text.size() - behind - 1] == 'a';
  };
  for (const std::size_t share : {std::size_t{256} << 10, most_automaton_memory}) {
    Environment environment;
    environment.automaton_memory = share;
    for (const std::size_t behind : {18U, 19U, 20U}) {
      const std::string letters = "[ab]{" + std::to_string(behind) + "}c";
      const std::string tail = text + "c";
      for (const std::string& filter :
           {"Message match 'a" + letters + "'",
            "Message match ['a" + letters + "', 'xa" + letters + "', 'ya" + letters + "']"}) {
        SlotMap slots;
        const Program program = compile(parse_expression(filter), environment, slots);
        Scratch scratch;
        EXPECT_EQ(
            program.matches(event("Message", std::string_view(tail)).row(slots).data(), scratch),
            expected(behind))
            << filter << " with " << share;
      }
    }
  }
}

TEST(Patterns, OfManyConditionsShareTheMemoryOfAutomata) {
  EXPECT_EQ(automaton_memory(0), most_automaton_memory);
  EXPECT_EQ(automaton_memory(8), std::size_t{32} << 20);
  EXPECT_EQ(automaton_memory(64), std::size_t{4} << 20);
  EXPECT_EQ(automaton_memory(100'000), least_automaton_memory);
  const Node saved = parse_expression("Message match 'a.' or not Name match 'b.'");
  const FindSaved find = [&](std::string_view) { return &saved; };
  EXPECT_EQ(
      count_matches(parse_expression("filter('s') and (filter('s') or Name match 'c.')"), find),
      5U);
}

TEST(Patterns, ThatAreTextOnlyTakeNothing) {
  SlotMap slots;
  EXPECT_EQ(compile(parse_expression("Message match ['a', 'b']"), {}, slots).pattern_bytes(), 0U);
}

}  // namespace
}  // namespace weir::filter
