#include "enrich/cybertrace_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <thread>

#include "base/text.h"

namespace weir::enrich {

namespace {

using std::chrono::milliseconds;

// More than a chunk of answers, so that one read takes what has come.
constexpr std::size_t received = std::size_t{64} << 10;
// Of a text in the log.
constexpr std::size_t said = 2000;
// When memory ran out: as long as it may take to be there again.
constexpr milliseconds memory_pause{100};

constexpr std::array<std::string_view, outcomes> outcome_names{"ok",
                                                               "ok, by the end of the connection",
                                                               "ended early",
                                                               "no answer in time",
                                                               "no connection",
                                                               "no answer of CyberTrace's",
                                                               "queue full",
                                                               "cancelled"};

std::string server_name(const CyberTraceSettings& settings) {
  const bool is_ipv6 = settings.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", settings.host, settings.port)
                 : fmt::format("{}:{}", settings.host, settings.port);
}

}  // namespace

CyberTracePool::CyberTracePool(const CyberTraceSettings& settings, Exchange& exchange, Log log)
    : settings_(settings),
      exchange_(exchange),
      log_(std::move(log)),
      name_(server_name(settings)),
      buffer_(received),
      rate_(settings.rps),
      pause_(std::chrono::nanoseconds(settings.reconnect.nanos)) {
  using Connection = CyberTraceConnection;
  events_.connected = [this](Connection& it) { on_connected(seat_of(it)); };
  events_.answered = [this](Connection& it, std::string_view detections, bool at_end) {
    on_answered(seat_of(it), detections, at_end);
  };
  events_.ended = [this](Connection& it, Connection::End how, int error) {
    on_ended(seat_of(it), how, error);
  };
  events_.closed = [this](Connection& it) { on_closed(seat_of(it)); };
}

void CyberTracePool::begin(uv_loop_t& loop) {
  uv_timer_init(&loop, &timer_);
  timer_.data = this;
  uv_check_init(&loop, &after_poll_);
  after_poll_.data = this;
  // Once for all answers that one turn of the loop has brought.
  uv_check_start(&after_poll_, [](uv_check_t* handle) {
    static_cast<CyberTracePool*>(handle->data)->exchange_.announce();
  });
  resolver_.begin(loop);
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = settings_.connections == 0 ? processors : settings_.connections;
  try {
    idle_.reserve(wanted);
    while (seats_.size() < wanted) seats_.emplace_back(*this, loop, seats_.size());
  } catch (const std::bad_alloc&) {  // fewer, then
  }
}

void CyberTracePool::end() {
  ending_ = true;
  resolver_.stop();
  for (Seat& seat : seats_) {
    const auto state = seat.connection.state();
    if (state != CyberTraceConnection::State::closed &&
        state != CyberTraceConnection::State::closing)
      seat.connection.close();
  }
}

// ---- Questions

void CyberTracePool::pump() {
  const Instant now = now_is();
  expire(now);
  while (!idle_.empty()) {
    Seat& seat = *idle_.back();
    idle_.pop_back();
    serve_or_rest(seat, now);
    if (!idle_.empty() && idle_.back() == &seat) break;
  }
  open_more(now);
  exchange_.announce();
}

void CyberTracePool::serve_or_rest(Seat& seat, Instant now) {
  bool served = false;
  try {
    served = serve(seat, now);
  } catch (const std::bad_alloc&) {
    wake_at(now + memory_pause);
  }
  if (!served) idle_.push_back(&seat);
}

// False if there is nothing to ask now.
bool CyberTracePool::serve(Seat& seat, Instant now) {
  if (!rate_.ready(now)) {
    if (!again_.empty() || exchange_.waiting() != 0) wake_at(rate_.next());
    return false;
  }
  Asked asked;
  // After one answer it is not known whether the server keeps the connection.
  const bool kept = seat.connection.answers() != 1;
  if (!again_.empty() && kept && seat.alive > again_.front().failed) {
    asked = std::move(again_.front());
    again_.pop_front();
  } else if (!exchange_.take(asked.question, now, late())) {
    return false;
  }
  send(seat, std::move(asked), now);
  return true;
}

void CyberTracePool::send(Seat& seat, Asked asked, Instant now) {
  rate_.spend(now);
  seat.asked = std::move(asked);
  seat.asking = true;
  seat.sent = now;
  wake_at(seat.asked.question.deadline);
  seat.connection.ask(seat.asked.question.text);
}

// Over a connection that is new, or that has answered after `failed` and not for the first time.
void CyberTracePool::ask_again(Seat& seat, Instant failed, bool again) {
  try {
    const bool any = failed == Instant::min();
    Asked& asked = any ? again_.emplace_front() : again_.emplace_back();
    asked = {std::move(seat.asked.question), again, failed};
    seat.asking = false;
  } catch (const std::bad_alloc&) {
    finish(seat, Outcome::eof_early, {});
  }
}

void CyberTracePool::finish(Seat& seat, Outcome outcome, std::string_view text) {
  seat.asking = false;
  // Before the answer: whoever waits for the last one looks at the log no more.
  if (settings_.debug) say([&] { return exchange_text(seat, outcome, text); });
  exchange_.answer(seat.asked.question, outcome, text, Exchange::Ring::later);
}

// What waits in the exchange, and what waits to be asked once more.
void CyberTracePool::expire(Instant now) {
  wake_at(exchange_.expire(now, late()));
  for (auto place = again_.begin(); place != again_.end();) {
    const Exchange::Question& question = place->question;
    if (question.deadline > now) {
      wake_at(question.deadline);
      ++place;
    } else {
      exchange_.answer(question, late().of(question.asked), {}, Exchange::Ring::later);
      place = again_.erase(place);
    }
  }
}

Late CyberTracePool::late() const noexcept {
  return {Outcome::timeout, connected_ > 0 ? Instant::max() : unconnected_};
}

// ---- Time

void CyberTracePool::wake_at(Instant when) {
  if (when >= armed_) return;
  armed_ = when;
  // At least one: a timer that is set to now while timers run would run on and on.
  const auto wait = std::max(std::chrono::ceil<milliseconds>(when - now_is()), milliseconds(1));
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<CyberTracePool*>(timer->data)->tick(); },
      static_cast<std::uint64_t>(wait.count()), 0);
}

void CyberTracePool::tick() {
  armed_ = Instant::max();
  const Instant now = now_is();
  for (Seat& seat : seats_) count(seat);
  for (Seat& seat : seats_) sweep(seat, now);
  pump();
}

void CyberTracePool::sweep(Seat& seat, Instant now) {
  using State = CyberTraceConnection::State;
  const State state = seat.connection.state();
  if (state == State::asked && seat.asked.question.deadline <= now) {
    // Closed, so that a late answer is taken for nobody else's.
    finish(seat, late().of(seat.asked.question.asked), {});
    seat.connection.close();
    if (!seat.proven) failed(now, "there was no answer in time");
  } else if (state == State::asked) {
    wake_at(seat.asked.question.deadline);
  } else if (state == State::connecting && seat.due <= now) {
    seat.connection.close();
    refused(now, "there was no connection in time");
  } else if (seat.lingers && seat.due <= now) {
    seat.lingers = false;
    single_answers_ = 0;  // the server keeps connections after all
    idle_.push_back(&seat);
  } else if (state == State::connecting || seat.lingers) {
    wake_at(seat.due);
  }
}

// ---- The log

// Without memory there is a line less, and the thread goes on.
template <class Line>
void CyberTracePool::say(Line line) const noexcept {
  if (!log_) return;
  try {
    log_(fmt::format("cybertrace {}: {}", name_, line()));
  } catch (const std::bad_alloc&) {
  }
}

void CyberTracePool::say_unreachable(std::string_view reason,
                                     std::string_view detail) const noexcept {
  say([&] {
    return detail.empty() ? fmt::format("cannot be reached: {}; trying again", reason)
                          : fmt::format("cannot be reached: {} ({}); trying again", reason, detail);
  });
}

void CyberTracePool::say_reached() const noexcept {
  say([] { return std::string_view("answers again"); });
}

std::string CyberTracePool::exchange_text(const Seat& seat, Outcome outcome,
                                          std::string_view text) const {
  const auto spent = std::chrono::duration<double, std::milli>(now_is() - seat.sent);
  std::string asked;
  append_json_string(asked, std::string_view(seat.asked.question.text).substr(0, said));
  std::string answer;
  append_json_string(answer, text.substr(0, said));
  return fmt::format("asked {}, after {:.3f} ms {}: {}{}", asked, spent.count(),
                     outcome_names[static_cast<std::size_t>(outcome)], answer,
                     text.size() > said ? " and more" : "");
}

}  // namespace weir::enrich
