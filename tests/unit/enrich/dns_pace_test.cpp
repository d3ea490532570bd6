// Many questions at once: what the cache answers, how fast and how many are asked, and what becomes
// of those on their way when nobody wants them any more.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "dns_asking.h"

namespace weir::enrich {

namespace {

TEST(DnsPace, TheCacheAnswersTheSecond) {
  DnsServerScript server(names());
  Asking asking(settings_for({server.text()}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(asking.ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(DnsPace, WithoutACacheEachIsAsked) {
  DnsServerScript server(names());
  DnsSettings settings = settings_for({server.text()});
  settings.cache_ttl = {};
  Asking asking(settings);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(asking.ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
  EXPECT_EQ(server.seen().size(), 3U);
}

TEST(DnsPace, WhatWaitsIsAnsweredByWhatComesFirst) {
  DnsServerScript server(names(milliseconds(20)));
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(20'000);
  settings.workers = 4;
  Asking asking(settings);
  const auto ends = asking.ask_all(std::vector<std::string>(1000, "10.0.0.1"));
  EXPECT_EQ(ends, std::vector<End>(1000, {Outcome::ok, "h1.lan"}));
  EXPECT_LE(server.seen().size(), 4U);
}

TEST(DnsPace, ManyQuestionsAtOnceAreAnsweredOnceEach) {
  DnsServerScript server([](const DnsRequest& request) {
    switch (request.name[0] % 4) {
      case 0:
        return Replies{};
      case 1:
        return Replies{dns_reply(request, 3)};
      case 2:
        return Replies{dns_reply(request, 2)};
      default:
        return names()(request);
    }
  });
  DnsSettings settings = settings_for({server.text()});
  settings.workers = 256;
  settings.rps = 1'000'000;
  Asking asking(settings);
  std::vector<std::string> questions;
  std::vector<End> expected;
  for (int i = 0; i < 400; ++i) {
    const std::string last = std::to_string(i % 100);
    questions.push_back("10.0." + std::to_string(i / 100) + "." + last);
    const End ends[] = {timeout, nothing, protocol_error, {Outcome::ok, "h" + last + ".lan"}};
    expected.push_back(ends[last[0] % 4]);
  }
  EXPECT_EQ(asking.ask_all(questions), expected);
  EXPECT_EQ(asking.exchange().counters().held, 0U);
}

TEST(DnsPace, TheRateIsKept) {
  DnsServerScript server(names());
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(20'000);
  settings.rps = 100;
  Asking asking(settings);
  std::vector<std::string> questions;
  for (int i = 0; i < 60; ++i) questions.push_back("10.0.0." + std::to_string(i));
  const Instant start = std::chrono::steady_clock::now();
  for (const End& end : asking.ask_all(questions)) EXPECT_EQ(end.outcome, Outcome::ok);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, milliseconds(480));  // 60, of which 11 at once
  EXPECT_LT(took, milliseconds(5000));
}

TEST(DnsPace, RetriesCountForTheRate) {
  DnsServerScript server(always(2));
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(20'000);
  settings.rps = 100;
  Asking asking(settings);
  std::vector<std::string> questions;
  for (int i = 0; i < 30; ++i) questions.push_back("10.0.0." + std::to_string(i));
  const Instant start = std::chrono::steady_clock::now();
  asking.ask_all(questions);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(450));
  EXPECT_EQ(server.seen().size(), 60U);
}

TEST(DnsPace, NoMoreThanTheWorkersAreInFlight) {
  DnsServerScript server(silence());
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(600);
  settings.workers = 3;
  Asking asking(settings);
  std::vector<std::string> questions;
  for (int i = 0; i < 50; ++i) questions.push_back("10.0.0." + std::to_string(i));
  EXPECT_EQ(asking.ask_all(questions), std::vector<End>(50, timeout));
  EXPECT_LE(server.seen().size(), 2U * 3 + 3);
}

TEST(DnsPace, CancelAnswersAllAtOnceAndWhatFollowsIsAsked) {
  std::atomic<bool> silent{true};
  DnsServerScript server(
      [&](const DnsRequest& request) { return silent ? Replies{} : names()(request); });
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(2'000);
  settings.workers = 4;
  Asking asking(settings);
  std::string answer;
  for (std::uint64_t i = 0; i < 20; ++i)
    EXPECT_EQ(asking.exchange().ask("10.0.0." + std::to_string(i), i, answer),
              Exchange::Taken::waiting);
  while (server.seen().size() < 4) std::this_thread::sleep_for(milliseconds(1));
  asking.exchange().cancel();
  for (const auto& one : asking.collect(20)) EXPECT_EQ(one.outcome, Outcome::cancelled);
  silent = false;
  EXPECT_EQ(asking.ask("10.0.1.77"), (End{Outcome::ok, "h77.lan"}));
}

TEST(DnsPace, AClientIsDestroyedWithRequestsInFlight) {
  DnsServerScript quick(names()), slow(names(milliseconds(5))), silent(silence());
  for (int round = 0; round < 30; ++round) {
    DnsSettings settings = settings_for({quick.text(), slow.text(), silent.text(), nobody()});
    std::rotate(settings.servers.begin(), settings.servers.begin() + round % 4,
                settings.servers.end());
    Asking asking(settings);
    std::string answer;
    for (std::uint64_t i = 0; i < 100; ++i)
      asking.exchange().ask("10.0.0." + std::to_string(i), i, answer);
    std::this_thread::sleep_for(milliseconds(round % 8));
    asking.destroy();
  }
}

TEST(DnsPace, ManyThreadsAsk) {
  DnsServerScript server(names());
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(20'000);
  settings.rps = 1'000'000;
  settings.cache_ttl = ms(5);
  Asking asking(settings);
  std::atomic<std::uint64_t> waiting{0};
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      std::string answer;
      for (std::uint64_t i = 0; i < 500; ++i)
        if (asking.exchange().ask("10.0.0." + std::to_string(i % 50), thread << 32 | i, answer) ==
            Exchange::Taken::waiting)
          ++waiting;
    });
  for (std::thread& thread : threads) thread.join();
  std::map<std::uint64_t, int> times;
  for (const auto& answer : asking.collect(waiting)) {
    EXPECT_EQ(answer.text, "h" + std::to_string((answer.ticket & 0xFFFFFFFF) % 50) + ".lan");
    EXPECT_EQ(++times[answer.ticket], 1);
  }
}

TEST(DnsPace, AFullQueueIsTold) {
  DnsServerScript server(silence());
  DnsSettings settings = settings_for({server.text()});
  settings.queue = 2;
  settings.rps = 1;
  Asking asking(settings);
  std::string answer;
  std::size_t waiting = 0;
  for (std::uint64_t i = 0; i < 20; ++i)
    if (asking.exchange().ask("10.0.0." + std::to_string(i), i, answer) == Exchange::Taken::waiting)
      ++waiting;
  EXPECT_LE(waiting, 4U);
  asking.collect(waiting);
  EXPECT_EQ(asking.exchange().counters().by_outcome[static_cast<std::size_t>(Outcome::queue_full)],
            20 - waiting);
}

}  // namespace

}  // namespace weir::enrich
