// The connections of a client, against servers that come and go, refuse, end early and reset.
#include <algorithm>

#include "asker.h"

namespace weir::enrich {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CyberTracePool, AsksOnceMoreOverANewConnection) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    if (!peer.line(line)) return;
    if (peer.number() % 2 == 0) return;  // no answer
    peer.send(echo(line));
    peer.wait_for_end();
  });
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(), "ok");
  expect_echoes(asker, 1);
  EXPECT_EQ(asker.retries(), 1U);
  EXPECT_EQ(server.accepted(), 2U);
}

TEST(CyberTracePool, SurvivesResets) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    for (std::size_t i = 0; i <= peer.number() % 3 && peer.line(line); ++i) peer.send(echo(line));
    peer.line(line);
    peer.reset();
  });
  Asker asker(server.port(), [](auto& settings) { settings.reconnect = ms(20); });
  EXPECT_EQ(asker.asked_and_answered(50), "ok*50");
  expect_echoes(asker, 50);
}

TEST(CyberTracePool, ReconnectsAtOnceToAServerThatClosesAfterEachAnswer) {
  for (const char* const finish : {"LookupFinishedLookupFinished", "LookupFinished\n"}) {
    ScriptedServer server([&](Peer& peer) {
      std::string line;
      if (peer.line(line)) peer.send(echo(line).substr(0, echo(line).find('\n') + 1) + finish);
    });
    Asker asker(server.port(), [](auto& settings) { settings.connections = 4; });
    const Instant begin = std::chrono::steady_clock::now();
    asker.ask(300);
    ASSERT_TRUE(asker.wait());
    // With pauses of 100 ms it would be some eight seconds.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(4));
    expect_echoes(asker, 300);
    // The end was expected: hardly anything was asked over a connection that had ended.
    EXPECT_LT(asker.retries(), 20U);
    EXPECT_EQ(asker.log(), std::vector<std::string>{});
  }
}

TEST(CyberTracePool, GivesUpInTimeOnAServerThatSaysNothing) {
  ScriptedServer server([](Peer& peer) { peer.wait_for_end(); });
  Asker asker(server.port(), [](auto& settings) {
    settings.timeout = ms(200);
    settings.connections = 3;
  });
  const Instant begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asker.asked_and_answered(100), "timeout*100");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(195));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
  ASSERT_EQ(asker.log().size(), 1U);
  EXPECT_EQ(asker.log()[0],
            fmt::format("cybertrace 127.0.0.1:{}: cannot be reached: there was no answer in time; "
                        "trying again",
                        server.port()));
}

TEST(CyberTracePool, GivesUpInTimeOnAServerThatStalls) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    if (!peer.line(line)) return;
    while (true) {
      peer.send("Category=C\n");
      std::this_thread::sleep_for(milliseconds(20));
      if (peer.number() > 0 || peer.wait_for_end()) return;
    }
  });
  Asker asker(server.port(), [](auto& settings) { settings.timeout = ms(200); });
  EXPECT_EQ(asker.asked_and_answered(), "timeout");
  EXPECT_EQ(asker.text(0), "");
}

TEST(CyberTracePool, SaysOnceThatNobodyIsThereAndThatItIsBack) {
  const std::uint16_t port = free_port();
  Asker asker(port, [](auto& settings) {
    settings.timeout = ms(500);
    settings.connections = 4;
    settings.reconnect = ms(200);
  });
  const Instant begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asker.asked_and_answered(1000), "connect_failed*1000");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
  std::string lost = fmt::format(
      "cybertrace 127.0.0.1:{}: cannot be reached: connection refused; "
      "trying again",
      port);
  EXPECT_EQ(asker.log(), std::vector<std::string>{lost});
  ScriptedServer server(keeps(echo), port);
  ASSERT_TRUE(server.bound());
  // One question sees it come; until it is answered the others are not asked.
  EXPECT_EQ(asker.asked_and_answered(1), "connect_failed*1000 ok");
  EXPECT_EQ(asker.asked_and_answered(10), "connect_failed*1000 ok*11");
  EXPECT_EQ(asker.log(), (std::vector<std::string>{
                             lost, fmt::format("cybertrace 127.0.0.1:{}: answers again", port)}));
}

TEST(CyberTracePool, WaitsForAServerThatComes) {
  const std::uint16_t port = free_port();
  Asker asker(port, [](auto& settings) { settings.connections = 4; });
  asker.ask(100);
  EXPECT_FALSE(asker.wait(milliseconds(250)));
  ScriptedServer server(keeps(echo), port);
  ASSERT_TRUE(server.bound());
  ASSERT_TRUE(asker.wait());
  EXPECT_EQ(asker.outcomes_of(), "ok*100");
  expect_echoes(asker, 100);
}

TEST(CyberTracePool, TellsATimeoutFromNoConnection) {
  // There was a connection when they were asked; now there is none.
  auto server = std::make_unique<ScriptedServer>([](Peer& peer) {
    std::string line;
    while (peer.line(line))
      if (line.find("ip=0|") != std::string::npos) peer.send("LookupFinished\n");
  });
  Asker asker(server->port(), [](auto& settings) { settings.timeout = ms(400); });
  EXPECT_EQ(asker.asked_and_answered(), "ok");
  asker.ask();
  std::this_thread::sleep_for(milliseconds(50));
  server.reset();
  std::this_thread::sleep_for(milliseconds(50));
  asker.ask();
  ASSERT_TRUE(asker.wait());
  EXPECT_EQ(asker.outcomes_of(), "ok timeout connect_failed");
}

TEST(CyberTracePool, UsesSoManyConnectionsAndNoMore) {
  std::atomic<int> open{0}, most{0};
  ScriptedServer server([&](Peer& peer) {
    const int now = ++open;
    int before = most;
    while (now > before && !most.compare_exchange_weak(before, now)) {
    }
    std::string line;
    while (peer.line(line)) {
      std::this_thread::sleep_for(milliseconds(2));
      peer.send(echo(line));
    }
    --open;
  });
  Asker asker(server.port(), [](auto& settings) { settings.connections = 5; });
  EXPECT_EQ(asker.asked_and_answered(500), "ok*500");
  expect_echoes(asker, 500);
  EXPECT_EQ(most, 5);
  EXPECT_EQ(server.accepted(), 5U);
}

TEST(CyberTracePool, WorksWithAServerThatTakesFewerConnections) {
  std::atomic<int> open{0};
  ScriptedServer server([&](Peer& peer) {
    if (++open <= 3) {
      std::string line;
      while (peer.line(line)) {
        std::this_thread::sleep_for(milliseconds(1));
        peer.send(echo(line));
      }
    }
    --open;
  });
  Asker asker(server.port(), [](auto& settings) { settings.connections = 20; });
  asker.ask(2000);
  ASSERT_TRUE(asker.wait());
  const auto counters = asker.exchange().counters();
  // What it refuses has cost a question two tries at most.
  EXPECT_GT(counters.by_outcome[static_cast<std::size_t>(Outcome::ok)], 1900U);
  EXPECT_LE(asker.log().size(), 2U);
}

TEST(CyberTracePool, ResolvesNames) {
  ScriptedServer server(keeps(echo));
  Asker asker(server.port(), [](auto& settings) { settings.host = "localhost"; });
  EXPECT_EQ(asker.asked_and_answered(10), "ok*10");
  expect_echoes(asker, 10);
}

TEST(CyberTracePool, SaysThatANameHasNoAddress) {
  Asker asker(80, [](auto& settings) {
    settings.host = "no-such-host.invalid";
    settings.timeout = ms(300);
  });
  EXPECT_EQ(asker.asked_and_answered(3), "connect_failed*3");
}

TEST(CyberTracePool, SpeaksIpv6) {
  ScriptedServer server(keeps(echo), 0, true);
  if (!server.bound()) GTEST_SKIP() << "there is no IPv6 here";
  Asker asker(server.port(), [](auto& settings) { settings.host = "::1"; });
  EXPECT_EQ(asker.asked_and_answered(10), "ok*10");
}

// A server that does something else with each connection, and askers on several threads: nothing is
// lost, nothing is answered twice, nothing is credited to another.
TEST(CyberTracePool, AnswersEachTicketOnceThroughEverything) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    unsigned left = 1 + static_cast<unsigned>(peer.number() * 7 % 13);
    while (peer.line(line)) {
      const std::string answer = echo(line);
      if (left-- > 1) {
        peer.send(answer);
        continue;
      }
      switch (peer.number() % 7) {
        case 0:
          return peer.send(answer.substr(0, answer.size() - 1));
        case 1:
          return peer.send(answer.substr(0, answer.size() - 20));
        case 2:
          return peer.send("garbage\n");
        case 3:
          return peer.reset();
        case 4:
          peer.send(answer);
          return peer.reset();
        case 5:
          std::this_thread::sleep_for(milliseconds(250));
          return peer.send(answer);
        default:
          return peer.send(answer + "Category=unasked\nLookupFinished\n");
      }
    }
  });
  Asker asker(server.port(), [](auto& settings) {
    settings.connections = 8;
    settings.timeout = ms(200);
    settings.reconnect = ms(100);
  });
  for (int i = 0; i < 20; ++i) {
    asker.ask(200);
    std::this_thread::sleep_for(milliseconds(25));
  }
  ASSERT_TRUE(asker.wait());
  const auto counters = asker.exchange().counters();
  EXPECT_EQ(counters.held, 0U);
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counters.by_outcome) sum += count;
  EXPECT_EQ(sum, 4000U);
  std::size_t good = 0;
  for (std::size_t i = 0; i < 4000; ++i) {
    if (asker.text(i).empty()) continue;
    ++good;
    EXPECT_EQ(asker.text(i), fmt::format("Category=C|MatchedIndicator={}\n", i));
  }
  EXPECT_GT(good, 500U);
}

}  // namespace
}  // namespace weir::enrich
