// An exchange that is asked by hand, and its answers as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/exchange.h"

namespace weir::enrich {

inline constexpr Duration second{1'000'000'000};

struct AskedExchange {
  explicit AskedExchange(Exchange::Options options = {10, {second.nanos * 60}, {}, 0})
      : exchange(options, bell) {
    exchange.on_question([this] { ++woken; });
  }

  Exchange::Taken ask(std::string_view question, std::uint64_t ticket) {
    return exchange.ask(question, ticket, cached);
  }
  // `ticket:outcome:text` of all, in their order.
  std::string answers() {
    std::vector<Exchange::Answer> all;
    exchange.collect(all);
    std::string out;
    for (const Exchange::Answer& one : all) {
      if (!out.empty()) out += ' ';
      out.append(std::to_string(one.ticket)).append(":");
      out.append(std::to_string(static_cast<int>(one.outcome))).append(":").append(one.text);
    }
    return out;
  }
  bool take(Exchange::Question& question) {
    return exchange.take(question, now_is(), Outcome::timeout);
  }
  std::uint64_t count(Outcome outcome) {
    return exchange.counters().by_outcome[static_cast<std::size_t>(outcome)];
  }

  Bell bell;
  int woken = 0;
  std::string cached;
  Exchange exchange;
};

}  // namespace weir::enrich
