#include "output/tcp_writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "socket_address.h"

namespace weir::host {
namespace {

// Listens, and reads connections to their end or until it has enough of them.
class Peer {
 public:
  Peer() : socket_(bind_socket({"127.0.0.1", "0"}, SOCK_STREAM, "the peer")) {
    ::listen(socket_.number(), 8);
    const std::string bound = bound_text(socket_.number());
    address_ = {"127.0.0.1", bound.substr(bound.rfind(':') + 1)};
  }
  const HostPort& address() const { return address_; }

  std::string read_connection(std::size_t enough) {
    int number = -1;
    while ((number = ::accept(socket_.number(), nullptr, nullptr)) < 0) ::usleep(1000);
    const FileDescriptor connection(number);
    std::string all;
    char block[16384];
    while (all.size() < enough) {
      const ssize_t got = ::read(connection.number(), block, sizeof block);
      if (got <= 0) break;
      all.append(block, static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  FileDescriptor socket_;
  HostPort address_;
};

std::string padded_lines(int from, int to) {
  std::string all;
  for (int i = from; i < to; ++i) all += fmt::format("line {} {:200}\n", i, "");
  return all;
}

// Of whole lines; -1: one was cut.
std::vector<int> numbers(const std::string& text) {
  std::vector<int> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    const bool whole = end != std::string::npos && line.rfind("line ", 0) == 0;
    all.push_back(whole ? std::stoi(line.substr(5)) : -1);
    at = whole ? end + 1 : text.size();
  }
  return all;
}

TEST(TcpWriter, WaitsForRoomAndCutsNoLine) {
  // 20 MB, far more than the system holds for a connection.
  constexpr int kLines = 100'000;
  constexpr std::size_t kOften = 400'000;
  Peer peer;
  std::mutex mutex;
  std::vector<std::string> shown;
  TcpWriter writer("tcp://peer", peer.address(), 64 * 1024, [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    shown.push_back(text);
  });
  std::vector<std::string> got;
  std::thread reader([&] {
    got.push_back(peer.read_connection(kOften));
    got.push_back(peer.read_connection(kOften));
    got.push_back(peer.read_connection(static_cast<std::size_t>(-1)));
  });
  writer.open();
  for (int i = 0; i < kLines; i += 100) ASSERT_TRUE(writer.append(padded_lines(i, i + 100)));
  EXPECT_TRUE(writer.close()) << writer.error();
  reader.join();

  int next = 0;  // at least
  for (const std::string& text : got) {
    // The peer may have left in the middle of a line, and then lines are lost.
    const std::size_t whole = &text == &got.back() ? text.size() : text.rfind('\n') + 1;
    const std::vector<int> found = numbers(text.substr(0, whole));
    ASSERT_FALSE(found.empty());
    EXPECT_GE(found.front(), next);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i], found.front() + static_cast<int>(i));
    }
    next = found.back() + 1;
  }
  EXPECT_EQ(next, kLines);
  EXPECT_EQ(writer.counts().connections, 3u);
  EXPECT_EQ(writer.counts().lines, static_cast<std::uint64_t>(kLines));
  EXPECT_EQ(shown.size(), 4u) << "lost and found, twice";
}

TEST(TcpWriter, ThatIsDestroyedWaitsForNobody) {
  TcpWriter writer("tcp://nobody", {"127.0.0.1", "9"}, 64 * 1024, [](const std::string&) {});
  writer.open();
  EXPECT_TRUE(writer.append("line\n"));
}

}  // namespace
}  // namespace weir::host
