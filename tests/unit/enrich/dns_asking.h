// A client that asks scripted servers, for the tests of both.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "dns_server.h"
#include "enrich/dns_client.h"
#include "times.h"

namespace weir::enrich {

using std::chrono::milliseconds;
using Replies = std::vector<std::string>;

struct End {
  Outcome outcome = Outcome::ok;
  std::string text;
  friend bool operator==(const End&, const End&) = default;
  friend void PrintTo(const End& end, std::ostream* out) {
    *out << static_cast<int>(end.outcome) << " '" << end.text << "'";
  }
};

inline const End nothing{Outcome::ok, ""};
inline const End timeout{Outcome::timeout, ""};
inline const End protocol_error{Outcome::protocol_error, ""};
inline const End connect_failed{Outcome::connect_failed, ""};

// A port of loopback on which nobody listens.
inline std::string nobody() {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&at), size), 0);
  EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
  close(socket_);
  return "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
}

inline DnsSettings settings_for(const std::vector<std::string>& servers) {
  DnsSettings settings;
  settings.servers = servers;
  settings.timeout = ms(400);
  return settings;
}

class Asking {
 public:
  explicit Asking(const DnsSettings& settings)
      : client_(std::make_unique<DnsClient>(settings, bell_)) {}

  Exchange& exchange() { return client_->exchange(); }
  void destroy() { client_.reset(); }

  // One question at a time.
  End ask(const std::string& question) { return ask_all({question})[0]; }

  // All of them at once. Fails unless each is answered exactly once.
  std::vector<End> ask_all(const std::vector<std::string>& questions) {
    std::vector<End> ends(questions.size());
    std::vector<int> times(questions.size());
    const std::uint64_t base = next_ticket_;
    std::size_t left = 0;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      std::string answer;
      const auto taken = exchange().ask(questions[i], base + i, answer);
      if (taken == Exchange::Taken::waiting) {
        ++left;
        continue;
      }
      const bool known = taken == Exchange::Taken::answered;
      EXPECT_TRUE(known || taken == Exchange::Taken::unreachable);
      ends[i] = {known ? Outcome::ok : Outcome::connect_failed, answer};
      ++times[i];
    }
    next_ticket_ += questions.size();
    for (const Exchange::Answer& answer : collect(left)) {
      EXPECT_LT(answer.ticket - base, questions.size());
      ends[answer.ticket - base] = {answer.outcome, answer.text};
      ++times[answer.ticket - base];
    }
    for (std::size_t i = 0; i < questions.size(); ++i) EXPECT_EQ(times[i], 1) << questions[i];
    return ends;
  }

  // Until so many have come, and then a moment for one too many.
  std::vector<Exchange::Answer> collect(std::size_t count) {
    std::vector<Exchange::Answer> answers;
    const Instant late = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (answers.size() < count && std::chrono::steady_clock::now() < late) {
      const std::uint64_t seen = bell_.seen();
      exchange().collect(answers);
      if (answers.size() < count) bell_.wait(seen, late);
    }
    exchange().collect(answers);
    EXPECT_EQ(answers.size(), count);
    return answers;
  }

 private:
  Bell bell_;
  std::unique_ptr<DnsClient> client_;
  std::uint64_t next_ticket_ = 100;
};

// A name for each address, after a moment.
inline DnsServerScript::Handler names(milliseconds delay = {}) {
  return [=](const DnsRequest& request) {
    std::this_thread::sleep_for(delay);
    const std::string host = request.name.substr(0, request.name.find('.'));
    return Replies{dns_reply(request, 0, Answers{request, {}}.ptr("h" + host + ".lan").records)};
  };
}

inline DnsServerScript::Handler always(unsigned rcode) {
  return [=](const DnsRequest& request) { return Replies{dns_reply(request, rcode)}; };
}

inline DnsServerScript::Handler silence() {
  return [](const DnsRequest&) { return Replies{}; };
}

}  // namespace weir::enrich
