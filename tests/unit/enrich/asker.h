// Asks a CyberTrace client, and gathers what has come of it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "enrich/cybertrace_client.h"
#include "scripted_server.h"
#include "times.h"

namespace weir::enrich {

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
      if (taken == Exchange::Taken::unreachable) take({asked_, Outcome::connect_failed, {}});
      ++asked_;
    }
  }

  // Waits until all is answered; false after so long.
  bool wait(std::chrono::nanoseconds longest = std::chrono::seconds(30)) {
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
inline ScriptedServer::Script keeps(std::function<std::string(const std::string&)> answer) {
  return [answer = std::move(answer)](Peer& peer) {
    std::string line;
    while (peer.line(line)) peer.send(answer(line));
  };
}

// Answers one line, and closes.
inline ScriptedServer::Script closes(const std::string& answer) {
  return [answer](Peer& peer) {
    std::string line;
    if (peer.line(line)) peer.send(answer);
  };
}

// A detection whose indicator is what was asked about, so that a false credit shows.
inline std::string echo(const std::string& line) {
  const std::size_t begin = line.find("ip=") + 3;
  return fmt::format("Category=C|MatchedIndicator={}\nLookupFinished\n",
                     line.substr(begin, line.size() - begin - 1));
}

inline void expect_echoes(Asker& asker, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_EQ(asker.text(i), fmt::format("Category=C|MatchedIndicator={}\n", i));
}

// A port that nobody listens on.
inline std::uint16_t free_port() {
  return ScriptedServer([](Peer&) {}).port();
}

}  // namespace weir::enrich
