// Questions on their way out, and answers on their way back.

#include "enrich/exchange.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "asked_exchange.h"

namespace weir::enrich {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Exchange, BringsQuestionsAndAnswersAcross) {
  AskedExchange it;
  EXPECT_EQ(it.ask("a", 7), Exchange::Taken::waiting);
  EXPECT_EQ(it.ask("b", 8), Exchange::Taken::waiting);
  EXPECT_EQ(it.exchange.waiting(), 2U);
  Exchange::Question a, b, none;
  ASSERT_TRUE(it.take(a));
  ASSERT_TRUE(it.take(b));
  EXPECT_FALSE(it.take(none));
  EXPECT_EQ(a.text + b.text, "ab");
  EXPECT_EQ(a.deadline - a.asked, seconds(60));
  EXPECT_FALSE(it.exchange.has_answers());
  it.exchange.answer(b, Outcome::ok, "B");
  EXPECT_TRUE(it.exchange.has_answers());
  EXPECT_EQ(it.exchange.counters().held, 2U);
  it.exchange.answer(a, Outcome::ok_eof, "A");
  it.exchange.answer(a, Outcome::ok, "A again");  // ignored
  EXPECT_EQ(it.answers(), "8:0:B 7:1:A");
  EXPECT_FALSE(it.exchange.has_answers());
  EXPECT_EQ(it.answers(), "");
  EXPECT_EQ(it.exchange.counters().held, 0U);
  EXPECT_EQ(it.count(Outcome::ok), 1U);
  EXPECT_EQ(it.count(Outcome::ok_eof), 1U);
}

TEST(Exchange, WakesOnceUntilAllIsTaken) {
  AskedExchange it;
  for (std::uint64_t i = 0; i < 5; ++i) it.ask("q", i);
  EXPECT_EQ(it.woken, 1);
  Exchange::Question question;
  while (it.take(question)) {
  }
  it.ask("q", 5);
  it.ask("q", 6);
  EXPECT_EQ(it.woken, 2);
}

TEST(Exchange, HasRoomForSoMany) {
  AskedExchange it({3, {second.nanos}, {}, 0});
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(it.ask("q", i), Exchange::Taken::waiting);
  EXPECT_EQ(it.ask("q", 3), Exchange::Taken::full);
  EXPECT_EQ(it.count(Outcome::queue_full), 1U);
  Exchange::Question question;
  ASSERT_TRUE(it.take(question));
  EXPECT_EQ(it.ask("q", 4), Exchange::Taken::waiting);
  EXPECT_EQ(it.exchange.counters().held, 4U);
}

TEST(Exchange, AnswersWhatIsLate) {
  AskedExchange it({10, {second.nanos}, {}, 0});
  it.ask("a", 1);
  const Instant between = now_is();
  it.ask("b", 2);
  EXPECT_NE(it.exchange.expire(now_is(), Outcome::timeout), Instant::max());
  EXPECT_EQ(it.answers(), "");
  const std::uint64_t seen = it.bell.seen();
  // Since `between` there has been no connection.
  EXPECT_EQ(it.exchange.expire(now_is() + seconds(2), {Outcome::timeout, between}), Instant::max());
  EXPECT_EQ(it.answers(), "1:3: 2:4:");
  EXPECT_EQ(it.bell.seen(), seen + 1);
}

TEST(Exchange, GivesNothingThatIsLate) {
  AskedExchange it({10, {second.nanos}, {}, 0});
  it.ask("a", 1);
  Exchange::Question question;
  EXPECT_FALSE(it.exchange.take(question, now_is() + seconds(2), Outcome::timeout));
  EXPECT_EQ(it.answers(), "1:3:");
  EXPECT_EQ(it.exchange.counters().held, 0U);
}

TEST(Exchange, CancelsAllAndIgnoresTheirAnswers) {
  AskedExchange it;
  it.ask("a", 1);
  it.ask("b", 2);
  Exchange::Question a;
  ASSERT_TRUE(it.take(a));
  const std::uint64_t seen = it.bell.seen();
  it.exchange.cancel();
  EXPECT_EQ(it.bell.seen(), seen + 1);
  EXPECT_EQ(it.answers(), "1:7: 2:7:");
  // The same ticket once more: the answer to the first question is not its.
  it.ask("c", 1);
  Exchange::Question c;
  ASSERT_TRUE(it.take(c));
  it.exchange.answer(a, Outcome::ok, "A");
  EXPECT_EQ(it.answers(), "");
  it.exchange.answer(c, Outcome::ok, "C");
  EXPECT_EQ(it.answers(), "1:0:C");
}

TEST(Exchange, RingsOnceForSeveralAnswers) {
  AskedExchange it;
  Exchange::Question a, b;
  it.ask("a", 1);
  it.ask("b", 2);
  ASSERT_TRUE(it.take(a) && it.take(b));
  const std::uint64_t seen = it.bell.seen();
  it.exchange.announce();
  it.exchange.answer(a, Outcome::ok, "", Exchange::Ring::later);
  it.exchange.answer(b, Outcome::ok, "", Exchange::Ring::later);
  EXPECT_EQ(it.bell.seen(), seen);
  it.exchange.announce();
  it.exchange.announce();
  EXPECT_EQ(it.bell.seen(), seen + 1);
}

TEST(Exchange, LetsOneQuestionAtATimeWaitForAServerThatIsNotThere) {
  AskedExchange it;
  Exchange::Question question;
  it.ask("a", 1);
  it.ask("b", 2);
  ASSERT_TRUE(it.take(question));
  it.exchange.answer(question, Outcome::connect_failed, "");
  EXPECT_EQ(it.ask("c", 3), Exchange::Taken::unreachable) << "b waits to see it come";
  ASSERT_TRUE(it.take(question));
  EXPECT_EQ(it.ask("d", 4), Exchange::Taken::unreachable);
  it.exchange.answer(question, Outcome::connect_failed, "");
  EXPECT_EQ(it.ask("e", 5), Exchange::Taken::waiting) << "none waited";
  EXPECT_EQ(it.count(Outcome::connect_failed), 4U);
  ASSERT_TRUE(it.take(question));
  it.exchange.answer(question, Outcome::ok, "E");
  EXPECT_EQ(it.ask("f", 6), Exchange::Taken::waiting);
  EXPECT_EQ(it.ask("g", 7), Exchange::Taken::waiting);
}

// Several ask and collect, one answers, one cancels now and then: each ticket has one answer.
TEST(Exchange, AnswersEachTicketOnce) {
  constexpr std::uint64_t askers = 3, each = 20'000;
  AskedExchange it({500, {2'000'000}, {1'000'000}, 10'000});
  std::atomic<bool> over{false};
  std::atomic<int> asking{askers};
  std::mutex mutex;
  std::multiset<std::uint64_t> answered;
  it.exchange.on_question({});
  const auto note = [&](std::uint64_t ticket) {
    const std::lock_guard lock(mutex);
    answered.insert(ticket);
  };
  const auto collect = [&] {
    std::vector<Exchange::Answer> answers;
    it.exchange.collect(answers);
    for (const Exchange::Answer& answer : answers) note(answer.ticket);
  };
  std::vector<std::thread> threads;
  for (std::uint64_t asker = 0; asker < askers; ++asker)
    threads.emplace_back([&, asker] {
      std::string cached;
      for (std::uint64_t i = 0; i < each; ++i) {
        const std::uint64_t ticket = asker * each + i;
        const auto taken = it.exchange.ask(std::to_string(i % 2000), ticket, cached);
        if (taken != Exchange::Taken::waiting) note(ticket);
        if (it.exchange.has_answers()) collect();
        if (i % 5000 == 0) it.exchange.cancel();
      }
      --asking;
    });
  threads.emplace_back([&] {
    std::vector<Exchange::Question> held;
    Exchange::Question question;
    while (!over) {
      while (held.size() < 20 && it.exchange.take(question, now_is(), Outcome::timeout))
        held.push_back(std::move(question));
      for (const Exchange::Question& one : held) it.exchange.answer(one, Outcome::ok, one.text);
      held.clear();
      it.exchange.expire(now_is(), Outcome::timeout);
    }
  });
  while (asking > 0 || it.exchange.counters().held > 0) {
    collect();
    std::this_thread::sleep_for(milliseconds(1));
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered.size(), askers * each);
  EXPECT_EQ(std::set<std::uint64_t>(answered.begin(), answered.end()).size(), askers * each);
}

TEST(Bell, EndsAWaitAndForgetsNoRing) {
  Bell bell;
  const std::uint64_t seen = bell.seen();
  bell.ring();
  EXPECT_EQ(bell.wait(seen, now_is() + seconds(60)), seen + 1);  // rung before the wait began
  EXPECT_EQ(bell.wait(seen + 1, now_is() + milliseconds(5)), seen + 1);
  std::thread ringing([&] {
    std::this_thread::sleep_for(milliseconds(20));
    bell.ring();
  });
  EXPECT_EQ(bell.wait(seen + 1, now_is() + seconds(60)), seen + 2);
  ringing.join();
}

}  // namespace
}  // namespace weir::enrich
