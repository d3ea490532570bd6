// Lookups a second of the CyberTrace client against a server in another process that answers every
// line alike and does no more than that.
//
//   cybertrace_bench [CONNECTIONS [SECONDS [once]]]     50 connections and 5 seconds by default
//
// once: the server ends each connection after one answer, as Tracer.py does.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "enrich/cybertrace_client.h"

namespace {

using namespace weir::enrich;
using Clock = std::chrono::steady_clock;

// Questions that are held at once: what a feed gives before it looks for answers.
constexpr std::uint64_t held = 20'000;
constexpr std::string_view answer =
    "Category=Botnet|MatchedIndicator=10.0.0.1|threat=Mirai\nLookupFinished\n";

int listen_on_loopback(std::uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int fast = 4096;  // TCP Fast Open, where the kernel allows it to servers
  ::setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &fast, sizeof fast);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 4096) != 0)
    std::abort();
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

// An answer for each line that has come; false at the end of the connection.
bool answer_lines(int socket, bool once) {
  char buffer[65536];
  const ssize_t size = ::recv(socket, buffer, sizeof buffer, 0);
  if (size <= 0) return size < 0 && errno == EAGAIN;
  for (auto lines = std::count(buffer, buffer + size, '\n'); lines > 0; --lines) {
    ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
    if (once) return false;
  }
  return true;
}

[[noreturn]] void serve(int listener, bool once) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  const auto watch = [&](int socket) {
    epoll_event event{EPOLLIN, {}};
    event.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
  };
  watch(listener);
  epoll_event events[256];
  while (true) {
    const int count = ::epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < count; ++i) {
      const int ready = events[i].data.fd;
      if (ready != listener) {
        if (!answer_lines(ready, once)) ::close(ready);
        continue;
      }
      const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      const int on = 1;
      ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (accepted >= 0) watch(accepted);
    }
  }
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Asks as fast as answers come, and says how fast that was.
void ask(std::uint16_t port, std::uint32_t connections, std::chrono::seconds length) {
  CyberTraceSettings settings;
  settings.host = "127.0.0.1";
  settings.port = port;
  settings.connections = connections;
  settings.rps = 0;
  Bell bell;
  CyberTraceClient client(settings, bell, {});
  Exchange& exchange = client.exchange();
  std::vector<Exchange::Answer> answers;
  std::string cached, line;
  std::uint64_t asked = 0, answered = 0;
  const auto begin = Clock::now();
  const double cpu = cpu_seconds();
  while (Clock::now() < begin + length) {
    const std::uint64_t seen = bell.seen();
    answers.clear();
    if (exchange.has_answers()) exchange.collect(answers);
    answered += answers.size();
    for (int burst = 0; burst < 512 && asked - answered < held; ++burst) {
      line = fmt::format("KUMA|ip=10.{}.{}.{}|url=example.org/a|\n", asked >> 16 & 255,
                         asked >> 8 & 255, asked & 255);
      exchange.ask(line, asked++, cached);
    }
    // As an engine: it looks for answers when it is fed, every few thousand events.
    if (asked - answered >= held) bell.wait(seen, Clock::now() + std::chrono::milliseconds(1));
  }
  const auto spent = std::chrono::duration<double>(Clock::now() - begin).count();
  const Exchange::Counters counters = exchange.counters();
  const auto good = counters.by_outcome[static_cast<std::size_t>(Outcome::ok)] +
                    counters.by_outcome[static_cast<std::size_t>(Outcome::ok_eof)];
  fmt::print(
      "{} connections: {:.0f} lookups/s, {:.2f} us of processor a lookup; {} answered, of "
      "them {} well, {} retries\n",
      connections, static_cast<double>(answered) / spent,
      1e6 * (cpu_seconds() - cpu) / static_cast<double>(std::max<std::uint64_t>(answered, 1)),
      answered, good, counters.retries);
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int i, int otherwise) {
    return count > i ? std::atoi(arguments[i]) : otherwise;
  };
  const int connections = number(1, 50);
  const int seconds = number(2, 5);
  const bool once = count > 3 && std::string_view(arguments[3]) == "once";
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  const pid_t server = ::fork();
  if (server < 0) return 1;
  if (server == 0) serve(listener, once);
  ask(port, static_cast<std::uint32_t>(connections), std::chrono::seconds(seconds));
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  return 0;
}
