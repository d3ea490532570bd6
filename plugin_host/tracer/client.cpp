#include "tracer/client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "tracer/shown.h"

namespace weir::host::tracer {
namespace {

namespace wire = lookup::cybertrace;
using Clock = std::chrono::steady_clock;

class Client {
 public:
  Client(const Question& question, const std::function<void(const std::string&)>& print)
      : question_(question), print_(print), begin_(Clock::now()) {}

  Exit run() {
    const std::string request = question_.ping ? std::string(wire::ping) : write_request();
    connect();
    send(question_.ping ? request : std::string(wire::handshake) + request);
    return question_.ping ? read_pong() : read_answer();
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Failure(Exit::runtime, fmt::format("'{}': {}", question_.server_text, reason));
  }
  [[noreturn]] void fail_late(std::string_view what) const {
    fail(fmt::format("{} within {} ms; see --timeout", what, question_.timeout.count()));
  }

  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin_).count();
  }
  // False when the time is over.
  bool wait(short events) const {
    for (;;) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(begin_ + question_.timeout - Clock::now());
      pollfd ready{socket_.number(), events, 0};
      const int count =
          ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
      if (count > 0) return true;
      if (count == 0 || errno != EINTR) return false;
    }
  }

  void line(char direction, std::string_view text) const {
    print_(fmt::format("{} {}\n", direction, shown(text)));
  }

  std::string write_request() const {
    std::string request;
    wire::RequestWriter writer(request);
    for (const Question::Indicator& one : question_.indicators) {
      if (writer.add(one.kind, one.value)) continue;
      throw Failure(Exit::usage,
                    fmt::format("--{} '{}' cannot be sent: a value is UTF-8 without '|' and ends "
                                "of lines, not empty, and at most 64 KiB",
                                wire::kind_name(one.kind), shown(one.value)));
    }
    writer.end();
    return request;
  }

  void connect() {
    std::string reason;
    const Addresses addresses = resolve(question_.server, SOCK_STREAM, reason);
    if (!addresses) fail("cannot resolve it: " + reason);
    int error = 0;
    for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
      socket_ =
          FileDescriptor(::socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      if (!socket_.open()) continue;
      error = ::connect(socket_.number(), at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
      if (error == EINPROGRESS) {
        if (!wait(POLLOUT)) fail_late("no connection");
        socklen_t size = sizeof error;
        ::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
      }
      if (error != 0) continue;
      print_(fmt::format("connected to {} in {:.2f} ms\n", address_of(*at), milliseconds()));
      return;
    }
    fail("cannot connect: " + error_text(error));
  }

  static std::string address_of(const addrinfo& at) {
    sockaddr_storage address{};
    std::copy_n(reinterpret_cast<const char*>(at.ai_addr), at.ai_addrlen,
                reinterpret_cast<char*>(&address));
    return address_text(address, at.ai_addrlen);
  }

  void send(const std::string& bytes) {
    line('>', std::string_view(bytes).substr(0, bytes.find('\n')));
    sent_ = Clock::now();
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const ssize_t count = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count > 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EAGAIN && errno != EINTR) {
        fail("cannot send: " + error_text(errno));
      } else if (!wait(POLLOUT)) {
        fail_late("it did not take the request");
      }
    }
  }

  // Empty at the end of the connection.
  std::string_view receive(std::string_view missing) {
    for (;;) {
      const ssize_t count = ::recv(socket_.number(), buffer_, sizeof buffer_, 0);
      if (count >= 0) return {buffer_, static_cast<std::size_t>(count)};
      if (errno != EAGAIN && errno != EINTR) fail("the connection broke: " + error_text(errno));
      if (!wait(POLLIN)) fail_late(missing);
    }
  }

  // Whole lines of what came, as they come.
  void show(std::string_view bytes, bool last) {
    unshown_ += bytes;
    for (std::size_t end; (end = unshown_.find('\n')) != std::string::npos;) {
      line('<', std::string_view(unshown_).substr(0, end));
      unshown_.erase(0, end + 1);
    }
    if (last && !unshown_.empty()) line('<', unshown_);
  }

  void show_end(std::string_view outcome) const {
    const double time = std::chrono::duration<double, std::milli>(Clock::now() - sent_).count();
    print_(fmt::format("{} in {:.2f} ms\n", outcome, time));
  }

  Exit read_answer() {
    wire::AnswerReader reader;
    auto state = wire::AnswerReader::State::open;
    while (state == wire::AnswerReader::State::open) {
      std::string_view bytes = receive("no whole answer");
      const std::string_view all = bytes;
      const bool end = bytes.empty();
      state = end ? reader.end() : reader.feed(bytes);
      show(all, end || state != wire::AnswerReader::State::open);
      if (end && state == wire::AnswerReader::State::open) break;
    }
    if (state == wire::AnswerReader::State::garbage) {
      fail("what came is no answer of the lookup protocol");
    }
    if (state != wire::AnswerReader::State::complete) {
      fail("the connection ended before the answer did");
    }
    const std::string_view lines = reader.detections();
    const auto count = std::count(lines.begin(), lines.end(), '\n');
    show_end(count == 0   ? "nothing found"
             : count == 1 ? "1 detection"
                          : fmt::format("{} detections", count));
    return count == 0 ? Exit::bad_input : Exit::good;
  }

  Exit read_pong() {
    std::string came;
    while (came.size() < wire::pong.size()) {
      const std::string_view bytes = receive("no PONG");
      if (bytes.empty()) fail("the connection ended before PONG came");
      came += bytes;
    }
    show(came, true);
    if (!came.starts_with(wire::pong)) fail("what came is not PONG");
    show_end("alive");
    return Exit::good;
  }

  const Question& question_;
  const std::function<void(const std::string&)>& print_;
  const Clock::time_point begin_;
  Clock::time_point sent_;
  FileDescriptor socket_;
  std::string unshown_;
  char buffer_[65536];
};

}  // namespace

Exit look_up(const Question& question, const std::function<void(const std::string&)>& print) {
  return Client(question, print).run();
}

}  // namespace weir::host::tracer
