// What an exchange remembers of answers: for how long, in how many bytes.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "asked_exchange.h"

namespace weir::enrich {
namespace {

Exchange::Options caching(std::int64_t ttl, std::uint64_t bytes = 1 << 20) {
  return {1000, {second.nanos * 60}, {ttl}, bytes};
}

void answer_next(AskedExchange& it, Outcome outcome, std::string_view text) {
  Exchange::Question question;
  ASSERT_TRUE(it.take(question));
  it.exchange.answer(question, outcome, text);
}

TEST(ExchangeCache, AnswersWhatWasAskedBefore) {
  AskedExchange it(caching(second.nanos * 60));
  it.ask("a", 1);
  answer_next(it, Outcome::ok, "A");
  EXPECT_EQ(it.ask("a", 2), Exchange::Taken::answered);
  EXPECT_EQ(it.cached, "A");
  EXPECT_EQ(it.exchange.counters().cache_hits, 1U);
  EXPECT_EQ(it.ask("b", 3), Exchange::Taken::waiting);
}

TEST(ExchangeCache, RemembersNothingThatFailed) {
  AskedExchange it(caching(second.nanos * 60));
  for (const Outcome outcome :
       {Outcome::eof_early, Outcome::timeout, Outcome::connect_failed, Outcome::protocol_error}) {
    ASSERT_EQ(it.ask("a", 1), Exchange::Taken::waiting);
    answer_next(it, outcome, "");
  }
}

TEST(ExchangeCache, ForgetsInTimeAndLearnsAnew) {
  AskedExchange it(caching(30'000'000));
  it.ask("a", 1);
  answer_next(it, Outcome::ok, "A");
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  ASSERT_EQ(it.ask("a", 2), Exchange::Taken::waiting);
  answer_next(it, Outcome::ok, "B");
  EXPECT_EQ(it.ask("a", 3), Exchange::Taken::answered);
  EXPECT_EQ(it.cached, "B");
}

TEST(ExchangeCache, HasSoManyBytes) {
  AskedExchange it(caching(second.nanos * 60, 2000));
  const std::string answer(300, 'x');  // with its question and overhead, four fit
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_EQ(it.ask(std::to_string(i), i), Exchange::Taken::waiting);
    answer_next(it, Outcome::ok, answer);
  }
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < 100; ++i)
    if (it.ask(std::to_string(i), i) == Exchange::Taken::answered) ++kept;
  EXPECT_EQ(kept, 4U);
  EXPECT_EQ(it.ask("99", 1), Exchange::Taken::answered);
  EXPECT_EQ(it.ask("95", 1), Exchange::Taken::waiting);
  AskedExchange small(caching(second.nanos * 60, 200));
  small.ask("a", 1);
  answer_next(small, Outcome::ok, answer);
  EXPECT_EQ(small.ask("a", 2), Exchange::Taken::waiting);
}

TEST(ExchangeCache, TakesTheFirstOfTwoAnswers) {
  AskedExchange it(caching(second.nanos * 60));
  it.ask("a", 1);
  it.ask("a", 2);
  Exchange::Question first, second_one;
  ASSERT_TRUE(it.take(first) && it.take(second_one));
  it.exchange.answer(first, Outcome::ok, "A");
  it.exchange.answer(second_one, Outcome::ok, "B");
  EXPECT_EQ(it.ask("a", 3), Exchange::Taken::answered);
  EXPECT_EQ(it.cached, "A");
}

TEST(ExchangeCache, AnswersWhatWaitedWhileTheSameWasAnswered) {
  AskedExchange it(caching(second.nanos * 60));
  it.ask("a", 1);
  it.ask("a", 2);
  it.ask("b", 3);
  answer_next(it, Outcome::ok, "A");
  Exchange::Question next;
  ASSERT_TRUE(it.take(next));
  EXPECT_EQ(next.text, "b");
  EXPECT_EQ(it.answers(), "1:0:A 2:0:A");
  EXPECT_EQ(it.exchange.counters().cache_hits, 1U);
}

}  // namespace
}  // namespace weir::enrich
