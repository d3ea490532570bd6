// What a connection makes of lines.

#include "tracer/connection.h"

namespace weir::host::tracer {
namespace {

namespace wire = lookup::cybertrace;

constexpr std::string_view kPing = "PING";
constexpr std::size_t kFlushAt = std::size_t{256} << 10;  // bytes of answers to pipelined requests

std::string_view without_cr(std::string_view line) noexcept {
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

// Returns what has to wait: an unfinished line, or all behind a line that cannot be answered yet.
std::string_view Connection::process(std::string_view bytes) {
  while (!bytes.empty() && !paused() && !closed_) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return process_rest(bytes);
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (skipping_ || line.size() > kLongestLine) {
      skipping_ = false;
      ++exchange_.counters.requests;
      ++exchange_.counters.bad_lines;
      ++exchange_.counters.long_lines;
      finish_answer(false);
    } else {
      answer(line);
    }
    if (exchange_.out.size() >= kFlushAt) flush();
  }
  return closed_ ? std::string_view() : bytes;
}

// Of bytes without a LF: health checks come without one, and a line that is too long is not kept.
std::string_view Connection::process_rest(std::string_view rest) {
  if (skipping_) return {};
  if (rest.size() > kLongestLine) {
    skipping_ = true;
    return {};
  }
  if (rest.ends_with(kPing)) {
    const std::string_view bare = wire::without_flags(rest);
    if (bare == kPing && (pinged_ || bare.size() < rest.size())) {
      pong();
      return {};
    }
  }
  return rest;
}

void Connection::answer(std::string_view line) {
  if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '>', line);
  const std::string_view bare = without_cr(wire::without_flags(line));
  if (bare.empty()) return;
  if (bare == kPing) {
    pong();
    return;
  }
  ++exchange_.counters.requests;
  wire::read_request(bare, exchange_.indicators);
  if (exchange_.indicators.empty()) ++exchange_.counters.bad_lines;
  const std::size_t begin = exchange_.out.size();
  open_ = exchange_.answers.answer(exchange_.indicators, exchange_.out);
  found_ = exchange_.out.size() != begin;
  if (exchange_.journal.debug()) {
    exchange_.journal.exchange(peer_, '<', std::string_view(exchange_.out).substr(begin));
  }
  if (open_ && open_->outstanding == 0) open_ = nullptr;  // all were refused
  if (!open_) {
    finish_answer(found_);
    return;
  }
  open_->done = [this] { guard([&] { complete(); }); };
}

// Of a client that sends no more: what it has sent without a LF.
void Connection::answer_last() {
  const std::string line = std::move(rest_);
  rest_.clear();
  if (!skipping_ && !line.empty()) answer(line);
}

void Connection::finish_answer(bool found) {
  if (found) ++exchange_.counters.found;
  exchange_.out += wire::finished;
  exchange_.out += '\n';
  if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '<', wire::finished);
}

// The services have answered. While the client still has to read what was known at once, that
// waits.
void Connection::complete() {
  if (blocked_) return;
  const std::shared_ptr<OpenAnswer> open = std::move(open_);
  open_ = nullptr;
  touch();
  for (const std::string& part : open->parts) {
    if (part.empty()) continue;
    found_ = true;
    exchange_.out += part;
    if (exchange_.journal.debug()) exchange_.journal.exchange(peer_, '<', part);
  }
  finish_answer(found_);
  go_on();
}

void Connection::pong() {
  ++exchange_.counters.pings;
  pinged_ = true;
  exchange_.out += wire::pong;
  exchange_.out += '\n';
}

}  // namespace weir::host::tracer
