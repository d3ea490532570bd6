// What the client makes of servers that answer in every way there is.
#include <gtest/gtest.h>

#include "base/error.h"
#include "dns_asking.h"

namespace weir::enrich {

namespace {

TEST(DnsClient, AnAddressHasAName) {
  DnsServerScript server([](const DnsRequest& request) {
    return Replies{dns_reply(request, 0, Answers{request, {}}.ptr("Box-1.corp.local").records)};
  });
  Asking asking(settings_for({server.text()}));
  EXPECT_EQ(asking.ask("10.1.2.3"), (End{Outcome::ok, "Box-1.corp.local"}));
  EXPECT_EQ(asking.ask("fd00::1"), (End{Outcome::ok, "Box-1.corp.local"}));
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].name, "3.2.1.10.in-addr.arpa");
  EXPECT_EQ(seen[0].type, type_ptr);
  EXPECT_TRUE(seen[0].recursion);
  EXPECT_EQ(seen[1].name,
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa");
}

TEST(DnsClient, ANameHasAnAddress) {
  DnsServerScript server([](const DnsRequest& request) {
    Answers answers{request, {}};
    if (request.name == "both.lan" || request.name == "four.lan") {
      if (request.type == type_a) answers.address("10.0.0.9").address("10.0.0.10");
    }
    if (request.name == "both.lan" || request.name == "six.lan") {
      if (request.type == type_aaaa) answers.address("fd00::2").address("fd00::1:0");
    }
    if (request.name == "alias.lan" && request.type == type_a)
      answers.add(type_cname, wire_name("real.lan"))
          .records.push_back(record("real.lan", type_a, "\x0a\x01\x01\x01"));
    return Replies{dns_reply(request, 0, answers.records)};
  });
  Asking asking(settings_for({server.text()}));
  // The lowest: servers give them in another order each time.
  EXPECT_EQ(asking.ask("both.lan"), (End{Outcome::ok, "10.0.0.9"}));
  EXPECT_EQ(asking.ask("four.lan"), (End{Outcome::ok, "10.0.0.9"}));
  EXPECT_EQ(asking.ask("six.lan"), (End{Outcome::ok, "fd00::2"}));
  EXPECT_EQ(asking.ask("alias.lan"), (End{Outcome::ok, "10.1.1.1"}));
  EXPECT_EQ(asking.ask("none.lan"), nothing);
}

TEST(DnsClient, RecursionIsAskedForOrNot) {
  DnsServerScript server(names());
  DnsSettings settings = settings_for({server.text()});
  settings.recursion = false;
  EXPECT_EQ(Asking(settings).ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
  ASSERT_EQ(server.seen().size(), 1U);
  EXPECT_FALSE(server.seen()[0].recursion);
}

TEST(DnsClient, TheLowestOfSeveralNamesIsTaken) {
  DnsServerScript server([](const DnsRequest& request) {
    return Replies{
        dns_reply(request, 0, Answers{request, {}}.ptr("b.lan").ptr("a.lan").ptr("c.lan").records)};
  });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), (End{Outcome::ok, "a.lan"}));
}

TEST(DnsClient, WhatIsNoNameOfAHostIsNoAnswer) {
  DnsServerScript server([](const DnsRequest& request) {
    return Replies{dns_reply(request, 0, Answers{request, {}}.ptr("a\nb<c>.lan").records)};
  });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), protocol_error);
}

TEST(DnsClient, NoSuchNameIsAnAnswer) {
  DnsServerScript server(always(3));
  Asking asking(settings_for({server.text()}));
  EXPECT_EQ(asking.ask("10.0.0.1"), nothing);
  EXPECT_EQ(asking.ask("no.such.name"), nothing);
  // Neither is asked again, and of a name that is not there no second kind of address.
  EXPECT_EQ(asking.ask("10.0.0.1"), nothing);
  EXPECT_EQ(asking.ask("no.such.name"), nothing);
  EXPECT_EQ(server.seen().size(), 2U);
  EXPECT_EQ(asking.exchange().counters().cache_hits, 2U);
}

TEST(DnsClient, AServerThatRefusesIsAnError) {
  for (const unsigned rcode : {1U, 2U, 4U, 5U}) {
    DnsServerScript server(always(rcode));
    Asking asking(settings_for({server.text()}));
    EXPECT_EQ(asking.ask("10.0.0.1"), protocol_error) << rcode;
    EXPECT_EQ(server.seen().size(), 2U) << rcode;  // two tries
    EXPECT_EQ(asking.exchange().counters().retries, 1U) << rcode;
  }
}

TEST(DnsClient, ASilentServerIsAskedTwiceAndThenItsTimeIsOver) {
  DnsServerScript server(silence());
  Asking asking(settings_for({server.text()}));
  const Instant start = std::chrono::steady_clock::now();
  EXPECT_EQ(asking.ask("10.0.0.1"), timeout);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, milliseconds(390));
  EXPECT_LT(took, milliseconds(3000));
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(DnsClient, WhatWasLostIsAskedAgain) {
  std::atomic<int> asked{0};
  DnsServerScript server(
      [&](const DnsRequest& request) { return asked++ == 0 ? Replies{} : names()(request); });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
}

TEST(DnsClient, NoServerIsFoundOutAtOnce) {
  DnsSettings settings = settings_for({nobody()});
  settings.timeout = ms(20'000);
  Asking asking(settings);
  const Instant start = std::chrono::steady_clock::now();
  EXPECT_EQ(asking.ask("10.0.0.1"), connect_failed);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(DnsClient, ATruncatedReplyIsAskedForOverTcp) {
  DnsServerScript server([](const DnsRequest& request) {
    if (!request.tcp) return Replies{dns_reply(request, 0, {}, true)};
    return names()(request);
  });
  Asking asking(settings_for({server.text()}));
  EXPECT_EQ(asking.ask("10.0.0.7"), (End{Outcome::ok, "h7.lan"}));
  EXPECT_EQ(asking.ask("10.0.0.8"), (End{Outcome::ok, "h8.lan"}));
}

TEST(DnsClient, GarbageIsNoReply) {
  DnsServerScript server([](const DnsRequest& request) {
    return Replies{"", "x", std::string(300, '\xFF'), dns_reply(request, 0).substr(0, 11)};
  });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), timeout);
}

TEST(DnsClient, AReplyThatBreaksOffIsAnError) {
  DnsServerScript server([](const DnsRequest& request) {
    const std::string whole = names()(request)[0];
    return Replies{whole.substr(0, whole.size() - 3)};
  });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), protocol_error);
}

TEST(DnsClient, AReplyToAnotherQuestionIsPassedOver) {
  DnsServerScript server([](const DnsRequest& request) {
    DnsRequest wrong_id = request, wrong_name = request;
    ++wrong_id.id;
    wrong_name.name = "x.lan";
    wrong_name.question = wire_name("x.lan") + request.question.substr(request.question.size() - 4);
    const auto forged = [](const DnsRequest& to) {
      return dns_reply(to, 0, Answers{to, {}}.ptr("evil.example").records);
    };
    return Replies{forged(wrong_id), forged(wrong_name), names()(request)[0]};
  });
  EXPECT_EQ(Asking(settings_for({server.text()})).ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
}

TEST(DnsClient, ASlowReplyIsWaitedFor) {
  DnsServerScript server(names(milliseconds(150)));
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(20'000);
  EXPECT_EQ(Asking(settings).ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(DnsClient, AReplyThatIsTooLateIsNotCreditedToTheNextQuestion) {
  DnsServerScript server(names(milliseconds(300)));
  DnsSettings settings = settings_for({server.text()});
  settings.timeout = ms(100);
  settings.workers = 1;
  Asking asking(settings);
  for (int i = 1; i < 5; ++i) EXPECT_EQ(asking.ask("10.0.0." + std::to_string(i)), timeout);
}

TEST(DnsClient, TheNextServerIsAskedWhenOneFails) {
  DnsServerScript good(names()), failing(always(2)), silent(silence());
  for (const std::string& bad : {nobody(), failing.text(), silent.text()}) {
    Asking asking(settings_for({bad, good.text()}));
    EXPECT_EQ(asking.ask("10.0.0.1"), (End{Outcome::ok, "h1.lan"}));
    EXPECT_EQ(asking.ask("10.0.0.2"), (End{Outcome::ok, "h2.lan"}));
  }
  EXPECT_EQ(failing.seen().size(), 2U);
  EXPECT_EQ(silent.seen().size(), 1U);  // it is not the first any more
}

TEST(DnsClient, TheFailureThatSaysMostIsTold) {
  DnsServerScript failing(always(5)), silent(silence());
  EXPECT_EQ(Asking(settings_for({nobody(), failing.text()})).ask("10.0.0.1"), protocol_error);
  EXPECT_EQ(Asking(settings_for({failing.text(), silent.text()})).ask("10.0.0.1"), protocol_error);
  EXPECT_EQ(Asking(settings_for({silent.text(), nobody()})).ask("10.0.0.1"), timeout);
}

TEST(DnsClient, TheSystemsServersWillDo) {
  DnsSettings settings = settings_for({});
  EXPECT_NO_THROW(Asking{settings});
}

TEST(DnsClient, AServerThatIsNoAddressIsRefused) {
  Bell bell;
  EXPECT_THROW(DnsClient(settings_for({"ns1.example"}), bell), Failure);
}

}  // namespace

}  // namespace weir::enrich
