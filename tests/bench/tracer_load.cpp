// How many lookups a server of CyberTrace's protocol answers in a second: a client of many
// connections on one thread, with epoll.
//
//   tracer_load PORT [--connections 50] [--seconds 5] [--depth 1] [--new] [--hits 0.1]
//
// Each connection sends a request, waits for its finish line and sends the next; with --depth it
// has so many in flight; with --new each request has a connection of its own, as Tracer.py makes
// its clients do. The addresses asked for are in 198.51.100.0/24 and, of the part that --hits
// says, in 192.0.2.0/24: serve a feed that has the latter. Prints lookups a second, and how long
// answers took: the median, the slowest hundredth and the slowest.
//
// The goal, with the server on the other of two cores: 100,000 over 50 connections, 20,000 with a
// connection each.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kHandshake = "X-KF-SendFinishedEventX-KF-ReplyBack";
constexpr std::string_view kFinish = "LookupFinished\n";

struct Options {
  std::uint16_t port = 16666;
  std::size_t connections = 50;
  double seconds = 5;
  std::size_t depth = 1;
  double hits = 0.1;
  bool new_each = false;
};

struct Connection {
  int socket = -1;
  std::size_t in_flight = 0;
  bool greeted = false;
  std::string rest;  // of what came, behind the last LF
  Clock::time_point sent;
};

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "tracer_load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), poll_(::epoll_create1(0)), all_(options.connections) {
    if (poll_ < 0) die("epoll");
  }

  void run() {
    for (std::size_t i = 0; i < all_.size(); ++i) open(i);
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(options_.seconds));
    epoll_event ready[256];
    while (Clock::now() < end) {
      const int count = ::epoll_wait(poll_, ready, 256, 1000);
      if (count == 0) {
        errno = ETIMEDOUT;
        die("no answer for a second");
      }
      for (int i = 0; i < count; ++i) act(ready[i].data.u64, ready[i].events);
    }
    report(std::chrono::duration<double>(Clock::now() - begin).count());
  }

 private:
  void open(std::size_t number) {
    Connection& one = all_[number];
    one = Connection{};
    one.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (one.socket < 0) die("socket");
    const int on = 1;
    ::setsockopt(one.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(one.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 &&
        errno != EINPROGRESS) {
      die("connect");
    }
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
    wanted.data.u64 = number;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, one.socket, &wanted) != 0) die("epoll_ctl");
  }

  void act(std::size_t number, std::uint32_t events) {
    Connection& one = all_[number];
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
      errno = ECONNRESET;
      die("connection");
    }
    if (!one.greeted && (events & EPOLLOUT) != 0) {
      one.greeted = true;
      send(one, kHandshake);
    }
    if ((events & EPOLLIN) != 0) receive(number);
  }

  void send(Connection& one, std::string_view before) {
    out_.assign(before);
    const std::size_t more = options_.new_each ? 1 : options_.depth - one.in_flight;
    for (std::size_t i = 0; i < more; ++i) {
      random_ = random_ * 6364136223846793005u + 1442695040888963407u;
      const bool hit = static_cast<double>(random_ >> 40) < options_.hits * (1 << 24);
      out_ += hit ? "KUMA|ip=192.0.2." : "KUMA|ip=198.51.100.";
      out_ += std::to_string(random_ >> 32 & 0xff);
      out_ += "|\n";
    }
    one.in_flight += more;
    one.sent = Clock::now();
    if (::send(one.socket, out_.data(), out_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(out_.size())) {
      die("send");
    }
  }

  void receive(std::size_t number) {
    Connection& one = all_[number];
    char bytes[65536];
    const ssize_t got = ::recv(one.socket, bytes, sizeof bytes, 0);
    if (got <= 0) {
      if (got < 0 && errno == EAGAIN) return;
      die("recv");
    }
    one.rest.append(bytes, static_cast<std::size_t>(got));
    std::size_t at = 0;
    std::size_t answers = 0;
    for (std::size_t end; (end = one.rest.find('\n', at)) != std::string::npos; at = end + 1) {
      if (std::string_view(one.rest).substr(at, end + 1 - at) == kFinish) ++answers;
    }
    one.rest.erase(0, at);
    if (answers == 0) return;
    done_ += answers;
    one.in_flight -= answers;
    times_.push_back(std::chrono::duration<float, std::micro>(Clock::now() - one.sent).count());
    if (!options_.new_each) {
      send(one, {});
      return;
    }
    // Without the minute of TIME_WAIT: there are not ports enough for it.
    const linger at_once{1, 0};
    ::setsockopt(one.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(one.socket);
    open(number);
  }

  void report(double seconds) {
    std::sort(times_.begin(), times_.end());
    const auto at = [&](double part) {
      return times_.empty()
                 ? 0.0f
                 : times_[static_cast<std::size_t>(part * static_cast<double>(times_.size() - 1))];
    };
    std::printf("%.0f lookups/s (%zu in %.2f s), median %.0f us, 99%% %.0f us, slowest %.0f us\n",
                static_cast<double>(done_) / seconds, done_, seconds, at(0.5), at(0.99), at(1));
  }

  const Options options_;
  const int poll_;
  std::vector<Connection> all_;
  std::string out_;
  std::uint64_t random_ = 1;
  std::size_t done_ = 0;
  std::vector<float> times_;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::atof(argv[++i]) : 0; };
    if (name == "--new") {
      options.new_each = true;
    } else if (name == "--connections") {
      options.connections = static_cast<std::size_t>(value());
    } else if (name == "--seconds") {
      options.seconds = value();
    } else if (name == "--depth") {
      options.depth = static_cast<std::size_t>(value());
    } else if (name == "--hits") {
      options.hits = value();
    } else if (const int port = std::atoi(argv[i]); port > 0) {
      options.port = static_cast<std::uint16_t>(port);
    } else {
      std::fprintf(stderr, "tracer_load: unknown argument '%s'\n", argv[i]);
      std::exit(2);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Load(read_options(argc, argv)).run();
  return 0;
}
