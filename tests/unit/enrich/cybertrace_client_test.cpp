// The client against servers that follow a script. Whatever they do, each ticket is answered once.
#include "enrich/cybertrace_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scripted_server.h"

namespace weir::enrich {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view detection = "Category=C|MatchedIndicator=I|k=v\n";

Duration ms(std::int64_t count) { return {count * 1'000'000}; }

// Asks, and gathers what has come of it.
class Asker {
 public:
  explicit Asker(std::uint16_t port, const std::function<void(CyberTraceSettings&)>& change = {}) {
    CyberTraceSettings settings;
    settings.host = "127.0.0.1";
    settings.port = port;
    settings.connections = 1;
    settings.rps = 0;
    settings.timeout = {20'000'000'000};
    if (change) change(settings);
    client_.emplace(settings, bell_, [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_.emplace_back(line);
    });
  }

  Exchange& exchange() { return client_->exchange(); }
  void end() { client_.reset(); }

  // Tickets count from 0; the line of ticket 7 is KUMA|ip=7|.
  void ask(std::size_t count = 1) {
    std::string cached;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string line = fmt::format("KUMA|ip={}|\n", asked_);
      const auto taken = exchange().ask(line, asked_, cached);
      if (taken == Exchange::Taken::answered) take({asked_, Outcome::ok, cached});
      if (taken == Exchange::Taken::full) take({asked_, Outcome::queue_full, {}});
      ++asked_;
    }
  }

  // Waits until all is answered; false after so long.
  bool wait(std::chrono::nanoseconds longest = seconds(30)) {
    const Instant until = std::chrono::steady_clock::now() + longest;
    std::uint64_t seen = bell_.seen();
    std::vector<Exchange::Answer> answers;
    while (true) {
      if (exchange().has_answers()) exchange().collect(answers);
      for (Exchange::Answer& answer : answers) take(std::move(answer));
      answers.clear();
      if (answers_.size() == asked_) return true;
      if (std::chrono::steady_clock::now() > until) return false;
      seen = bell_.wait(seen, until);
    }
  }

  // All answers as `outcome outcome …`, by ticket; those of more than a few alike as `outcome*N`.
  std::string outcomes_of() {
    std::string out;
    for (std::size_t i = 0; i < answers_.size();) {
      std::size_t same = i;
      while (same < answers_.size() && answers_[same].outcome == answers_[i].outcome) ++same;
      if (!out.empty()) out += ' ';
      out += name(answers_[i].outcome);
      if (same - i > 1) out += fmt::format("*{}", same - i);
      i = same;
    }
    return out;
  }
  std::string asked_and_answered(std::size_t count = 1) {
    ask(count);
    return wait() ? outcomes_of() : "no end";
  }

  const std::string& text(std::size_t ticket) { return answers_[ticket].text; }
  std::uint64_t retries() { return exchange().counters().retries; }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  static std::string name(Outcome outcome) {
    static const char* const names[] = {"ok",      "ok_eof",         "eof_early",
                                        "timeout", "connect_failed", "protocol_error",
                                        "full",    "cancelled"};
    return names[static_cast<std::size_t>(outcome)];
  }

 private:
  void take(Exchange::Answer answer) {
    const std::uint64_t ticket = answer.ticket;
    EXPECT_LT(ticket, asked_ + 1);
    const bool is_new = answers_.emplace(ticket, std::move(answer)).second;
    EXPECT_TRUE(is_new) << "ticket " << ticket << " was answered twice";
  }

  Bell bell_;
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::size_t asked_ = 0;
  std::map<std::uint64_t, Exchange::Answer> answers_;
  std::optional<CyberTraceClient> client_;
};

// Answers each line with what `answer` makes of it, and keeps the connection.
ScriptedServer::Script keeps(std::function<std::string(const std::string&)> answer) {
  return [answer = std::move(answer)](Peer& peer) {
    std::string line;
    while (peer.line(line)) peer.send(answer(line));
  };
}

// Answers one line, and closes.
ScriptedServer::Script closes(const std::string& answer) {
  return [answer](Peer& peer) {
    std::string line;
    if (peer.line(line)) peer.send(answer);
  };
}

// A detection whose indicator is what was asked about, so that a false credit shows.
std::string echo(const std::string& line) {
  const std::size_t begin = line.find("ip=") + 3;
  return fmt::format("Category=C|MatchedIndicator={}\nLookupFinished\n",
                     line.substr(begin, line.size() - begin - 1));
}

void expect_echoes(Asker& asker, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_EQ(asker.text(i), fmt::format("Category=C|MatchedIndicator={}\n", i));
}

// A port that nobody listens on.
std::uint16_t free_port() {
  return ScriptedServer([](Peer&) {}).port();
}

TEST(CyberTraceClient, GreetsOnceAndKeepsItsConnection) {
  std::mutex mutex;
  std::vector<std::string> lines;
  ScriptedServer server([&](Peer& peer) {
    std::string line;
    while (peer.line(line)) {
      {
        const std::lock_guard lock(mutex);
        lines.push_back(fmt::format("{}: {}", peer.number(), line));
      }
      peer.send("LookupFinished\n");
    }
  });
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(), "ok");
  EXPECT_EQ(asker.asked_and_answered(2), "ok*3");
  asker.end();
  EXPECT_EQ(lines, (std::vector<std::string>{"0: X-KF-SendFinishedEventX-KF-ReplyBackKUMA|ip=0|",
                                             "0: KUMA|ip=1|", "0: KUMA|ip=2|"}));
  EXPECT_EQ(asker.log(), std::vector<std::string>{});
}

TEST(CyberTraceClient, TakesEachEnding) {
  const std::string one(detection);
  const struct {
    std::string answer;
    bool keeps;
    std::string outcome, text;
  } endings[] = {
      {one + "LookupFinished\n", true, "ok*3", one},
      {one + "7 LookupFinished\r\n", true, "ok*3", one},
      {one + "x alert=LookupFinished sent_events=0 total=\n", true, "ok*3", one},
      {"LookupFinished\n", true, "ok*3", ""},
      {one + "LookupFinishedLookupFinished", false, "ok_eof*3", one},
      {one + "\nLookupFinished", false, "ok_eof*3", one},
      {"LookupFinished", false, "ok_eof*3", ""},
      {one + "LookupFinished\n", false, "ok*3", one},
      {one, false, "eof_early*3", ""},
      {one + "LookupFin", false, "eof_early*3", ""},
      {"", false, "eof_early*3", ""},
      {"HTTP/1.1 400 Bad Request\r\n\r\n", true, "protocol_error*3", ""},
      {one + "nonsense\n", false, "protocol_error*3", ""},
  };
  for (const auto& ending : endings) {
    ScriptedServer server(ending.keeps ? keeps([&](const std::string&) { return ending.answer; })
                                       : closes(ending.answer));
    Asker asker(server.port(), [](auto& settings) { settings.reconnect = ms(20); });
    EXPECT_EQ(asker.asked_and_answered(3), ending.outcome) << ending.answer;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(asker.text(i), ending.text) << ending.answer;
    EXPECT_EQ(asker.exchange().counters().held, 0U);
  }
}

TEST(CyberTraceClient, TakesAnswersSplitAtEveryByte) {
  const std::string whole = std::string(detection) + "\r\n7 LookupFinished\r\n";
  ScriptedServer server([&](Peer& peer) {
    std::string line;
    for (std::size_t at = 0; at < whole.size() && peer.line(line); ++at)
      peer.send_in({std::string_view(whole).substr(0, at), std::string_view(whole).substr(at)});
    if (!peer.line(line)) return;
    for (const char& byte : whole) peer.send_in({std::string_view(&byte, 1)});
    peer.wait_for_end();
  });
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(whole.size() + 1), fmt::format("ok*{}", whole.size() + 1));
  for (std::size_t i = 0; i <= whole.size(); ++i) EXPECT_EQ(asker.text(i), detection);
  EXPECT_EQ(server.accepted(), 1U);
}

TEST(CyberTraceClient, TakesEndsOfConnectionsSplitAtEveryByte) {
  const std::string whole = std::string(detection) + "LookupFinished";
  ScriptedServer server([&](Peer& peer) {
    std::string line;
    const std::size_t at = peer.number() % whole.size();
    if (peer.line(line))
      peer.send_in({std::string_view(whole).substr(0, at), std::string_view(whole).substr(at)});
  });
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(whole.size()), fmt::format("ok_eof*{}", whole.size()));
}

TEST(CyberTraceClient, TakesLongLines) {
  const std::string line = "Category=C|MatchedIndicator=I|k=" + std::string(65'504, 'x') + "\n";
  std::string answer;
  for (int i = 0; i < 20; ++i) answer += line;
  ScriptedServer server(keeps([&](const std::string&) { return answer + "LookupFinished\n"; }));
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(3), "ok*3");
  EXPECT_EQ(asker.text(0), answer);
}

TEST(CyberTraceClient, SendsLongLines) {
  ScriptedServer server(keeps([](const std::string& line) {
    return fmt::format("Category={}\nLookupFinished\n", line.size());
  }));
  Asker asker(server.port());
  std::string cached;
  const std::string line = "KUMA|url=" + std::string(4'000'000, 'u') + "|\n";
  asker.ask();
  ASSERT_TRUE(asker.wait());
  ASSERT_EQ(asker.exchange().ask(line, 1, cached), Exchange::Taken::waiting);
  std::vector<Exchange::Answer> answers;
  for (int i = 0; i < 2000 && answers.empty(); ++i) {
    std::this_thread::sleep_for(milliseconds(5));
    asker.exchange().collect(answers);
  }
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].text, fmt::format("Category={}\n", line.size() - 1));
}

TEST(CyberTraceClient, AsksOnceMoreOverANewConnection) {
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

TEST(CyberTraceClient, SurvivesResets) {
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

TEST(CyberTraceClient, ReconnectsAtOnceToAServerThatClosesAfterEachAnswer) {
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

TEST(CyberTraceClient, CreditsALateAnswerToNobody) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    while (peer.line(line)) {
      if (peer.number() == 0) std::this_thread::sleep_for(milliseconds(300));
      peer.send(echo(line));
    }
  });
  Asker asker(server.port(), [](auto& settings) { settings.timeout = ms(150); });
  asker.ask();
  ASSERT_TRUE(asker.wait());
  EXPECT_EQ(asker.outcomes_of(), "timeout");
  std::this_thread::sleep_for(milliseconds(250));  // longer than the pause
  EXPECT_EQ(asker.asked_and_answered(2), "timeout ok*2");
  EXPECT_EQ(asker.text(1), "Category=C|MatchedIndicator=1\n");
  EXPECT_EQ(asker.text(2), "Category=C|MatchedIndicator=2\n");
}

TEST(CyberTraceClient, ClosesAConnectionOnWhichSomethingComesUnasked) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    while (peer.line(line)) peer.send(echo(line) + "Category=D\nLookupFinished\n");
  });
  Asker asker(server.port());
  EXPECT_EQ(asker.asked_and_answered(20), "ok*20");
  expect_echoes(asker, 20);
  EXPECT_EQ(server.accepted(), 20U);
}

TEST(CyberTraceClient, GivesUpInTimeOnAServerThatSaysNothing) {
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

TEST(CyberTraceClient, GivesUpInTimeOnAServerThatStalls) {
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

TEST(CyberTraceClient, SaysOnceThatNobodyIsThereAndThatItIsBack) {
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
  EXPECT_EQ(asker.asked_and_answered(10), "connect_failed*1000 ok*10");
  EXPECT_EQ(asker.log(), (std::vector<std::string>{
                             lost, fmt::format("cybertrace 127.0.0.1:{}: answers again", port)}));
}

TEST(CyberTraceClient, WaitsForAServerThatComes) {
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

TEST(CyberTraceClient, TellsATimeoutFromNoConnection) {
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

TEST(CyberTraceClient, UsesSoManyConnectionsAndNoMore) {
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

TEST(CyberTraceClient, WorksWithAServerThatTakesFewerConnections) {
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

TEST(CyberTraceClient, KeepsToItsRate) {
  ScriptedServer server(keeps(echo));
  Asker asker(server.port(), [](auto& settings) {
    settings.rps = 200;
    settings.connections = 8;
  });
  const Instant begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asker.asked_and_answered(120), "ok*120");
  const auto spent = std::chrono::steady_clock::now() - begin;
  // 20 at once, 100 at 200 a second.
  EXPECT_GE(spent, milliseconds(480));
  EXPECT_LT(spent, milliseconds(1500));
}

TEST(CyberTraceClient, HoldsSoManyAndNoMore) {
  ScriptedServer server([](Peer& peer) { peer.wait_for_end(); });
  Asker asker(server.port(), [](auto& settings) {
    settings.queue = 10;
    settings.timeout = ms(300);
  });
  asker.ask(50);
  ASSERT_TRUE(asker.wait());
  const auto counters = asker.exchange().counters();
  const auto full = counters.by_outcome[static_cast<std::size_t>(Outcome::queue_full)];
  EXPECT_GE(full, 39U);  // one may have been taken before the last came
  EXPECT_LE(full, 40U);
  EXPECT_EQ(counters.by_outcome[static_cast<std::size_t>(Outcome::timeout)] + full, 50U);
}

TEST(CyberTraceClient, IsCancelledAndGoesOn) {
  ScriptedServer server([](Peer& peer) {
    std::string line;
    while (peer.line(line)) {
      std::this_thread::sleep_for(milliseconds(50));
      peer.send(echo(line));
    }
  });
  Asker asker(server.port());
  asker.ask(100);
  std::this_thread::sleep_for(milliseconds(20));
  asker.exchange().cancel();
  ASSERT_TRUE(asker.wait(seconds(2)));
  EXPECT_EQ(asker.outcomes_of(), "cancelled*100");
  EXPECT_EQ(asker.asked_and_answered(2), "cancelled*100 ok*2");
  EXPECT_EQ(asker.text(101), "Category=C|MatchedIndicator=101\n");
}

TEST(CyberTraceClient, EndsAtOnceWhateverIsUnderWay) {
  ScriptedServer silent([](Peer& peer) { peer.wait_for_end(); });
  const Instant begin = std::chrono::steady_clock::now();
  for (const std::uint16_t port : {silent.port(), free_port()}) {
    Asker asker(port, [](auto& settings) { settings.connections = 10; });
    asker.ask(100);
    std::this_thread::sleep_for(milliseconds(20));
    asker.end();
  }
  // A name that takes its time, or that nobody resolves.
  Asker asker(80, [](auto& settings) { settings.host = "no-such-host.invalid"; });
  asker.ask(3);
  std::this_thread::sleep_for(milliseconds(20));
  asker.end();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
}

TEST(CyberTraceClient, ResolvesNames) {
  ScriptedServer server(keeps(echo));
  Asker asker(server.port(), [](auto& settings) { settings.host = "localhost"; });
  EXPECT_EQ(asker.asked_and_answered(10), "ok*10");
  expect_echoes(asker, 10);
}

TEST(CyberTraceClient, SaysThatANameHasNoAddress) {
  Asker asker(80, [](auto& settings) {
    settings.host = "no-such-host.invalid";
    settings.timeout = ms(300);
  });
  EXPECT_EQ(asker.asked_and_answered(3), "connect_failed*3");
}

TEST(CyberTraceClient, SpeaksIpv6) {
  ScriptedServer server(keeps(echo), 0, true);
  if (!server.bound()) GTEST_SKIP() << "there is no IPv6 here";
  Asker asker(server.port(), [](auto& settings) { settings.host = "::1"; });
  EXPECT_EQ(asker.asked_and_answered(10), "ok*10");
}

TEST(CyberTraceClient, LogsExchangesIfToldTo) {
  ScriptedServer server(keeps(echo));
  Asker asker(server.port(), [](auto& settings) { settings.debug = true; });
  EXPECT_EQ(asker.asked_and_answered(), "ok");
  asker.end();
  const std::vector<std::string> log = asker.log();
  ASSERT_EQ(log.size(), 1U);
  const std::string start =
      fmt::format("cybertrace 127.0.0.1:{}: asked \"KUMA|ip=0|\\n\", after ", server.port());
  EXPECT_EQ(log[0].substr(0, start.size()), start);
  const std::string rest = " ms ok: \"Category=C|MatchedIndicator=0\\n\"";
  EXPECT_EQ(log[0].substr(log[0].size() - rest.size()), rest);
}

TEST(CyberTraceClient, RemembersAnswers) {
  ScriptedServer server(keeps(echo));
  Asker asker(server.port(), [](auto& settings) { settings.cache_ttl = ms(60'000); });
  EXPECT_EQ(asker.asked_and_answered(), "ok");
  std::string cached;
  EXPECT_EQ(asker.exchange().ask("KUMA|ip=0|\n", 1, cached), Exchange::Taken::answered);
  EXPECT_EQ(cached, asker.text(0));
}

// A server that does something else with each connection, and askers on several threads: nothing is
// lost, nothing is answered twice, nothing is credited to another.
TEST(CyberTraceClient, AnswersEachTicketOnceThroughEverything) {
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
