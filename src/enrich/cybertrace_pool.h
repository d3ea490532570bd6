// The connections to one CyberTrace server, and which question goes over which of them.
//
// Connections are opened when there is something to ask, up to so many, and stay open. While the
// server cannot be reached, one of them tries in growing intervals. A question whose connection
// ends early goes once more, over a new one or one that the server has kept since.
//
// All of it on the loop's thread. A lookup sets no timer: there is one, set to the first thing that
// is due, and what is due is looked for when it fires.
#pragma once

#include <uv.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/back_off.h"
#include "enrich/cybertrace_connection.h"
#include "enrich/exchange.h"
#include "enrich/name_resolver.h"
#include "enrich/settings.h"
#include "enrich/token_bucket.h"

namespace weir::enrich {

class CyberTracePool {
 public:
  using Log = std::function<void(std::string_view)>;

  CyberTracePool(const CyberTraceSettings& settings, Exchange& exchange, Log log);

  // As LoopThread::Work.
  void begin(uv_loop_t& loop);
  void pump();  // asks what can be asked; opens what is needed for that
  void end();

 private:
  struct Asked {
    Exchange::Question question;
    bool again = false;
    Instant failed = Instant::min();  // the first time
  };
  struct Seat {
    Seat(CyberTracePool& pool, uv_loop_t& loop, std::size_t number)
        : connection(loop, pool.events_, pool.buffer_, number) {}

    CyberTraceConnection connection;
    Asked asked;
    bool asking = false;   // `asked` is not answered
    bool counted = false;  // in connected_
    bool proven = false;   // it has answered; not in unproven_
    bool lingers = false;  // it has answered, and is expected to end
    Instant sent;          // when it was asked
    Instant due;           // of connecting and of lingering: when that has taken too long
    Instant alive;         // the last sign of life
  };

  // Questions.
  bool serve(Seat& seat, Instant now);
  void serve_or_rest(Seat& seat, Instant now);
  void send(Seat& seat, Asked asked, Instant now);
  void ask_again(Seat& seat, Instant failed, bool again);
  void finish(Seat& seat, Outcome outcome, std::string_view text);
  void expire(Instant now);
  Late late() const noexcept;

  // Time.
  void wake_at(Instant when);
  void tick();
  void sweep(Seat& seat, Instant now);

  // Connections (cybertrace_pool_connections.cpp).
  void open_more(Instant now);
  bool know_addresses(Instant now);
  void on_resolved(std::vector<sockaddr_storage> found, std::string_view reason);
  void open(Seat& seat, Instant now);
  void refused(Instant now, std::string_view reason);
  void failed(Instant now, std::string_view reason, std::string_view detail = {});
  void reached();
  void on_connected(Seat& seat);
  void on_answered(Seat& seat, std::string_view detections, bool at_end);
  void on_ended(Seat& seat, CyberTraceConnection::End how, int error);
  void on_closed(Seat& seat);
  void count(Seat& seat) noexcept;
  Seat& seat_of(const CyberTraceConnection& connection) noexcept {
    return seats_[connection.number()];
  }

  // line(): what there is to say, made only if somebody listens.
  template <class Line>
  void say(Line line) const noexcept;
  void say_unreachable(std::string_view reason, std::string_view detail) const noexcept;
  void say_reached() const noexcept;
  std::string exchange_text(const Seat& seat, Outcome outcome, std::string_view text) const;

  const CyberTraceSettings settings_;
  Exchange& exchange_;
  const Log log_;
  const std::string name_;  // of the server
  CyberTraceConnection::Events events_;
  std::vector<char> buffer_;

  uv_timer_t timer_{};
  uv_check_t after_poll_{};
  Instant armed_ = Instant::max();
  bool ending_ = false;

  std::deque<Seat> seats_;
  std::vector<Seat*> idle_;  // the last used is used next
  std::deque<Asked> again_;  // no more than there are seats
  TokenBucket rate_;

  // The server, as far as it is known.
  NameResolver resolver_;
  std::vector<sockaddr_storage> addresses_;
  std::size_t address_ = 0;            // to be tried next
  std::size_t refusals_ = 0;           // of addresses, in a row
  Instant resolved_ = Instant::min();  // min(): they must be asked for before they are tried
  BackOff pause_;
  Instant next_attempt_ = Instant::min();
  bool failing_ = false;  // what was tried last came to nothing
  bool lost_ = false;     // and that has been said

  std::size_t open_ = 0;                  // connections that are not closed
  std::size_t unproven_ = 0;              // those of them that have not answered yet
  std::size_t connected_ = 0;             // those of them that the server has been heard on
  Instant unconnected_ = Instant::min();  // since when these are none
  unsigned single_answers_ = 0;           // connections in a row that ended after one answer
};

}  // namespace weir::enrich
