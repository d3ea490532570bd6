// The connections of a pool: when they are opened, and what their ends mean.
#include <fmt/format.h>

#include "enrich/cybertrace_pool.h"

namespace weir::enrich {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long a connection may take to come about. The system's own bound is two minutes.
constexpr seconds connect_timeout{10};
// Addresses that are older are asked for anew before the next connection is opened.
constexpr seconds addresses_stay{60};
// Connections that ended after one answer, until it is taken for the server's way.
constexpr unsigned single_answers_are_a_way = 2;
// The end comes with the answer, or just behind it.
constexpr milliseconds end_is_near{20};

}  // namespace

void CyberTracePool::count(Seat& seat) noexcept {
  if (seat.counted || !seat.connection.established()) return;
  seat.counted = true;
  ++connected_;
}

// ---- Opening

void CyberTracePool::open_more(Instant now) {
  // With idle ones there, questions wait for the rate; those to be asked again, for a new one.
  const std::size_t needed = again_.size() + (idle_.empty() ? exchange_.waiting() : 0);
  if (needed == 0) return;
  std::size_t coming = 0;
  for (Seat& seat : seats_) {
    using State = CyberTraceConnection::State;
    if (seat.connection.state() == State::connecting) ++coming;
  }
  for (Seat& seat : seats_) {
    if (coming >= needed) return;
    if (seat.connection.state() != CyberTraceConnection::State::closed) continue;
    if (failing_ && unproven_ > 0) return;  // one tries for all
    if (now < next_attempt_) {
      wake_at(next_attempt_);
      return;
    }
    if (!know_addresses(now)) return;
    open(seat, now);
    ++coming;
  }
}

// False if they are still to come; then open_more() is called when they have.
bool CyberTracePool::know_addresses(Instant now) {
  const bool must = addresses_.empty() || resolved_ == Instant::min();
  if (!must && now - resolved_ < addresses_stay) return true;
  if (!resolver_.busy())
    resolver_.resolve(settings_.host, settings_.port,
                      [this](std::vector<sockaddr_storage> found, std::string_view reason) {
                        on_resolved(std::move(found), reason);
                      });
  return !addresses_.empty() && resolved_ != Instant::min();
}

void CyberTracePool::on_resolved(std::vector<sockaddr_storage> found, std::string_view reason) {
  const Instant now = now_is();
  if (found.empty() && addresses_.empty()) {
    failed(now, "the name cannot be resolved", reason);
    wake_at(next_attempt_);
    return;
  }
  resolved_ = now;
  // Old addresses are better than none.
  if (!found.empty()) {
    addresses_ = std::move(found);
    address_ = refusals_ = 0;
  }
  wake_at(now);
}

void CyberTracePool::open(Seat& seat, Instant now) {
  ++open_;
  ++unproven_;
  seat.counted = seat.proven = seat.lingers = false;
  seat.due = now + connect_timeout;
  wake_at(seat.due);
  const int error = seat.connection.open(reinterpret_cast<sockaddr&>(addresses_[address_]));
  if (error != 0) refused(now, uv_strerror(error));
}

// ---- What has come of it

// The next address is tried at once; when all have been, there is a pause.
void CyberTracePool::refused(Instant now, std::string_view reason) {
  if (++refusals_ < addresses_.size()) {
    address_ = (address_ + 1) % addresses_.size();
    return;
  }
  address_ = refusals_ = 0;
  resolved_ = Instant::min();
  failed(now, reason);
}

void CyberTracePool::failed(Instant now, std::string_view reason, std::string_view detail) {
  failing_ = true;
  if (now < next_attempt_) return;  // several have failed at once
  next_attempt_ = now + pause_.next();
  if (lost_ || open_ > unproven_) return;
  lost_ = true;
  say_unreachable(reason, detail);
}

void CyberTracePool::reached() {
  failing_ = false;
  refusals_ = 0;
  next_attempt_ = Instant::min();
  pause_.reset();
  if (!lost_) return;
  lost_ = false;
  say_reached();
}

void CyberTracePool::on_connected(Seat& seat) {
  const Instant now = now_is();
  seat.alive = now;
  count(seat);
  serve_or_rest(seat, now);
  open_more(now);
}

void CyberTracePool::on_answered(Seat& seat, std::string_view detections, bool at_end) {
  const Instant now = now_is();
  seat.alive = now;
  count(seat);
  if (!seat.proven) {
    seat.proven = true;
    --unproven_;
    reached();
  }
  finish(seat, at_end ? Outcome::ok_eof : Outcome::ok, detections);
  const std::uint64_t answers = seat.connection.answers();
  if (answers == 2) single_answers_ = 0;
  if (seat.connection.state() != CyberTraceConnection::State::idle) return;
  if (answers == 1 && single_answers_ >= single_answers_are_a_way) {
    seat.lingers = true;
    seat.due = now + end_is_near;
    wake_at(seat.due);
    return;
  }
  serve_or_rest(seat, now);
  if (open_ < seats_.size()) open_more(now);
}

void CyberTracePool::on_ended(Seat& seat, CyberTraceConnection::End how, int error) {
  using End = CyberTraceConnection::End;
  const Instant now = now_is();
  std::erase(idle_, &seat);
  seat.lingers = false;
  if (how == End::refused) {
    if (seat.asking) ask_again(seat, Instant::min(), seat.asked.again);
    refused(now, uv_strerror(error));
  } else if (how == End::garbage) {
    if (seat.asking) finish(seat, Outcome::protocol_error, {});
    if (!seat.proven) failed(now, "what it answers is not CyberTrace's protocol");
  } else {
    if (seat.connection.answers() == 1) ++single_answers_;
    if (seat.asking && !seat.asked.again) {
      exchange_.count_retry();
      ask_again(seat, now, true);
    } else if (seat.asking) {
      finish(seat, Outcome::eof_early, {});
    }
    if (!seat.proven) failed(now, "it ended a connection without an answer", uv_strerror(error));
  }
  exchange_.announce();
}

void CyberTracePool::on_closed(Seat& seat) {
  --open_;
  if (!seat.proven) --unproven_;
  if (seat.counted && --connected_ == 0) unconnected_ = now_is();
  seat.counted = false;
  if (!ending_) pump();
}

}  // namespace weir::enrich
