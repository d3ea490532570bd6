// The thread that asks over the network, and what paces it.
#include "enrich/loop_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "enrich/back_off.h"
#include "enrich/token_bucket.h"
#include "times.h"

namespace weir::enrich {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LoopThread, RunsItsWorkOnAThreadThatTakesNoSignals) {
  std::atomic<int> begun{0}, woken{0}, ended{0};
  std::thread::id id;
  sigset_t blocked;
  uv_timer_t left_open{};
  {
    LoopThread thread({[&](uv_loop_t& loop) {
                         id = std::this_thread::get_id();
                         pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
                         uv_timer_init(&loop, &left_open);
                         uv_timer_start(
                             &left_open, [](uv_timer_t*) {}, 1'000'000, 0);
                         ++begun;
                       },
                       [&] { ++woken; }, [&] { ++ended; }});
    for (int i = 0; i < 10; ++i) thread.wake();
    for (int i = 0; i < 2000 && woken == 0; ++i) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_GE(woken, 1);
    EXPECT_LE(woken, 10);
  }
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(ended, 1);
  EXPECT_NE(id, std::this_thread::get_id());
  for (const int one : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE, SIGCHLD})
    EXPECT_EQ(sigismember(&blocked, one), 1);
  sigset_t own;
  pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(sigismember(&own, SIGINT), 0);
}

TEST(TokenBucket, GivesSoManyASecond) {
  const Instant start = now_is();
  for (const std::uint32_t rate : {1U, 3U, 200U, 1000U, 777'777U}) {
    TokenBucket bucket(rate);
    std::uint64_t spent = 0;
    // Asked all the time, for ten seconds.
    for (Instant now = start; now < start + seconds(10);
         now = std::max(now + std::chrono::microseconds(50), bucket.next())) {
      while (bucket.ready(now)) bucket.spend(now), ++spent;
    }
    EXPECT_GE(spent, rate * 10U) << rate;
    EXPECT_LE(spent, rate * 10U + rate / 10 + 2) << rate;
  }
  TokenBucket unlimited(0);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(unlimited.ready(start));
    unlimited.spend(start);
  }
}

TEST(BackOff, DoublesUpToItsBound) {
  BackOff pause(seconds(1));
  const auto next = [&] { return std::chrono::duration<double, std::milli>(pause.next()).count(); };
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(next(), 100, 10);
    EXPECT_NEAR(next(), 200, 20);
    EXPECT_NEAR(next(), 400, 40);
    EXPECT_NEAR(next(), 800, 80);
    for (int more = 0; more < 100; ++more) {
      const double bound = next();
      EXPECT_GE(bound, 900);
      EXPECT_LE(bound, 1000);
    }
    pause.reset();
  }
  EXPECT_LE(BackOff(milliseconds(1)).next(), milliseconds(1));
}

}  // namespace
}  // namespace weir::enrich
