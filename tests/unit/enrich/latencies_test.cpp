// How long answers took: which questions count, and where.
#include "enrich/latencies.h"

#include <gtest/gtest.h>

#include "times.h"

namespace weir::enrich {
namespace {

TEST(Latencies, CountWhatTookAtMostABound) {
  Latencies latencies;
  for (const std::int64_t nanos :
       {std::int64_t{0}, std::int64_t{500'000}, std::int64_t{500'001}, std::int64_t{2'000'000},
        std::int64_t{10'000'000'000}, std::int64_t{10'000'000'001}})
    latencies.add({nanos});
  EXPECT_EQ(latencies.up_to(0), 2U) << "a bound is within itself";
  EXPECT_EQ(latencies.up_to(1), 3U);
  EXPECT_EQ(latencies.up_to(2), 4U);
  EXPECT_EQ(latencies.up_to(latency_bounds.size() - 1), 5U);
  EXPECT_EQ(latencies.count(), 6U);
  EXPECT_EQ(latencies.sum().nanos, 20'003'000'002);
}

TEST(Latencies, HaveBoundsThatRise) {
  for (std::size_t i = 1; i < latency_bounds.size(); ++i)
    EXPECT_LT(latency_bounds[i - 1], latency_bounds[i]);
}

constexpr Duration minute{60'000'000'000};

struct TimedExchange {
  explicit TimedExchange(Duration cache_ttl = {})
      : exchange({10, minute, cache_ttl, 1 << 20}, bell) {}

  void ask(std::string_view text) { exchange.ask(text, ++ticket, cached); }
  Exchange::Question taken() {
    Exchange::Question question;
    EXPECT_TRUE(exchange.take(question, now_is(), Outcome::timeout));
    return question;
  }
  std::uint64_t count() const { return exchange.counters().latencies.count(); }

  Bell bell;
  Exchange exchange;
  std::uint64_t ticket = 0;
  std::string cached;
};

TEST(Latencies, AreOfAnswersAlone) {
  TimedExchange it;
  const auto ended = [&](Outcome outcome) {
    it.ask("a");
    it.exchange.answer(it.taken(), outcome, "text");
    return it.count();
  };
  EXPECT_EQ(ended(Outcome::ok), 1U);
  EXPECT_EQ(ended(Outcome::ok_eof), 2U);
  for (const Outcome none : {Outcome::eof_early, Outcome::timeout, Outcome::protocol_error})
    EXPECT_EQ(ended(none), 2U);
  it.ask("b");
  const Exchange::Question given_up = it.taken();
  it.exchange.cancel();
  it.exchange.answer(given_up, Outcome::ok, "too late");
  EXPECT_EQ(it.count(), 2U);
}

TEST(Latencies, BeginWhenAQuestionIsAsked) {
  TimedExchange it;
  it.ask("a");
  Exchange::Question question = it.taken();
  question.asked -= std::chrono::seconds(3);
  it.exchange.answer(question, Outcome::ok, {});
  const Latencies latencies = it.exchange.counters().latencies;
  EXPECT_EQ(latencies.up_to(11), 0U) << "2.5 s";
  EXPECT_EQ(latencies.count(), 1U);
  EXPECT_GE(latencies.sum().nanos, 3'000'000'000);
}

TEST(Latencies, AreNotOfWhatTheCacheAnswers) {
  TimedExchange it(minute);
  it.ask("a");
  it.ask("a");  // waits beside the first, and is answered with it
  it.exchange.answer(it.taken(), Outcome::ok, "text");
  Exchange::Question none;
  EXPECT_FALSE(it.exchange.take(none, now_is(), Outcome::timeout));
  it.ask("a");
  EXPECT_EQ(it.exchange.counters().cache_hits, 2U);
  EXPECT_EQ(it.count(), 1U);
}

}  // namespace
}  // namespace weir::enrich
