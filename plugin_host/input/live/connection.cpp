#include "input/live/connection.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "input/beginning.h"
#include "input/live/text_format.h"

namespace weir::host {
namespace {

// The longest message with its count, and what came behind it at once.
constexpr std::size_t kMaxRest = kMaxFrame + Reception::kTurn;

}  // namespace

Connection::Connection(FileDescriptor socket, std::string name, Reception& reception)
    : socket_(std::move(socket)), name_(std::move(name)), reception_(reception) {}

Connection::~Connection() { release(); }

std::size_t Connection::waiting() const noexcept {
  int bytes = 0;
  return ::ioctl(socket_.number(), FIONREAD, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

// Whether the peer has left, and nothing of what it sent is unread.
bool Connection::ended() const noexcept {
  char next = 0;
  const ssize_t got = ::recv(socket_.number(), &next, 1, MSG_DONTWAIT | MSG_PEEK);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

bool Connection::receive() {
  const bool in_place = used_ > Reception::kSmall;
  if (in_place) grow();
  std::vector<char>& into = in_place ? rest_ : reception_.block;
  if (!in_place && used_ != 0) std::memcpy(into.data(), rest_.data(), used_);
  const std::size_t room = std::min(into.size() - used_, Reception::kTurn);
  const ssize_t got = ::recv(socket_.number(), into.data() + used_, room, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) {  // the end; of a connection that was reset too
    finish();
    return false;
  }
  const auto size = static_cast<std::size_t>(got);
  bytes_ += size;
  const std::string_view all(into.data(), used_ + size);
  const bool worth = worth_feeding(all.substr(used_));
  const std::size_t consumed = worth ? feed(all, false) : 0;
  if (broken_) {
    release();
    return false;
  }
  if (in_place && consumed == 0) {
    used_ = all.size();
  } else {
    keep(all.substr(consumed));
  }
  return true;
}

// Feeding searches for the end of a message, and what is there already has been searched.
bool Connection::worth_feeding(std::string_view more) const noexcept {
  if (!intake_ || used_ == 0 || used_ + more.size() >= framer_.wanted()) return true;
  return more.find('\n') != std::string_view::npos || more.find('\0') != std::string_view::npos;
}

// Of the block, or of the rest itself.
void Connection::keep(std::string_view rest) {
  if (rest.empty()) return release();
  reception_.held -= rest_.capacity();
  if (rest.size() <= rest_.size() && rest_.capacity() <= 4 * rest.size() + 512) {
    std::memmove(rest_.data(), rest.data(), rest.size());
  } else {
    std::vector<char> made(std::max(rest.size() + rest.size() / 2, std::size_t{256}));
    std::memcpy(made.data(), rest.data(), rest.size());
    rest_.swap(made);
  }
  used_ = rest.size();
  reception_.held += rest_.capacity();
}

void Connection::grow() {
  const std::size_t wanted = std::min(std::max(2 * used_, used_ + 4096), kMaxRest);
  if (rest_.size() - used_ >= 4096 || rest_.size() >= wanted) return;
  reception_.held -= rest_.capacity();
  rest_.reserve(wanted);  // no more than that
  rest_.resize(wanted);
  reception_.held += rest_.capacity();
}

void Connection::release() noexcept {
  reception_.held -= rest_.capacity();
  std::vector<char>().swap(rest_);
  used_ = 0;
}

void Connection::finish() {
  if (used_ != 0 && !broken_) feed({rest_.data(), used_}, true);
  release();
}

void Connection::give_up(std::string_view reason) {
  std::size_t at = 0;
  begin({rest_.data(), used_}, true, at);
  intake_->reject({rest_.data(), used_}, reason, reception_.clock.now());
  intake_->deliver();
  broken_ = true;
  release();
}

// What comes before the first message. False when more bytes are needed to tell their format.
bool Connection::begin(std::string_view bytes, bool last, std::size_t& at) {
  if (intake_) return true;
  const std::size_t mark = bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark ? 3 : 0;
  const auto format =
      reception_.format ? reception_.format : stream_format(bytes.substr(mark), last);
  if (!format) return false;
  at = mark;
  intake_.emplace(reception_.engine, reception_.presets, name_, *format, reception_.records);
  framer_ = Framer(*format != Format::zeek);
  return true;
}

// Returns how many bytes were consumed.
std::size_t Connection::feed(std::string_view bytes, bool last) {
  std::size_t at = 0;
  if (!begin(bytes, last, at)) return 0;
  const std::int64_t arrived = reception_.clock.now();
  while (!broken_) {
    const Frame frame = framer_.next(bytes.substr(at), last);
    if (frame.kind == Frame::Kind::none) break;
    feed(frame, last && at + frame.size == bytes.size(), arrived);
    at += frame.size;
  }
  intake_->deliver();
  return at;
}

void Connection::feed(const Frame& frame, bool last, std::int64_t arrived) {
  switch (frame.kind) {
    case Frame::Kind::none:
      break;
    case Frame::Kind::lines:
      intake_->feed(frame.text, last, arrived);
      break;
    case Frame::Kind::part:
      intake_->feed(frame.text, false, arrived);
      break;
    case Frame::Kind::message:
      intake_->add_message(frame.text, arrived);
      break;
    case Frame::Kind::wrong:
      reject(frame, arrived);
      break;
  }
}

void Connection::reject(const Frame& frame, std::int64_t arrived) {
  broken_ = true;
  const std::string reason =
      frame.reason == Frame::Wrong::too_long
          ? fmt::format(
                "a frame of {} bytes is announced, more than 4 MiB; the connection is closed",
                frame.claimed)
          : fmt::format("the connection ended within a frame, after {} of {} bytes",
                        frame.text.size(), frame.claimed);
  intake_->reject(frame.text, reason, arrived);
}

}  // namespace weir::host
