// The client and its answers: each way in which they end, and each ticket answered once.
#include "asker.h"

namespace weir::enrich {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view detection = "Category=C|MatchedIndicator=I|k=v\n";

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

}  // namespace
}  // namespace weir::enrich
