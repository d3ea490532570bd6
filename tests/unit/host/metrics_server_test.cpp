// The server of --metrics, asked over a socket, and what a run adds to the metrics.
#include "run/metrics_server.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "failure.h"
#include "run/run_metrics.h"
#include "socket_address.h"

namespace weir::host {
namespace {

// The whole answer to a request, up to the end of the connection.
std::string ask(const MetricsServer& server, std::string_view request) {
  std::string reason;
  const Addresses to = resolve(*parse_host_port(server.address()), SOCK_STREAM, reason);
  const FileDescriptor socket(::socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.number(), to->ai_addr, to->ai_addrlen) != 0) return "no connection";
  EXPECT_EQ(::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char block[4096];
  for (ssize_t size = 0; (size = ::recv(socket.number(), block, sizeof block, 0)) > 0;)
    answer.append(block, static_cast<std::size_t>(size));
  return answer;
}

std::string request(std::string_view method, std::string_view path, std::string_view more = {}) {
  return std::string(method).append(" ").append(path).append(
             " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n") +
         std::string(more) + "\r\n";
}

std::string status(const std::string& answer) { return answer.substr(0, answer.find('\r')); }
std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

MetricsServer::Pages pages(std::string trouble = {}) {
  return {[] { return std::string("weir_up 1\n"); }, [trouble] { return trouble; }};
}

TEST(MetricsServer, ServesMetricsAndHealth) {
  for (const char* address : {"127.0.0.1:0", "[::1]:0"}) {
    MetricsServer server(address);
    server.start(pages());
    const std::string metrics = ask(server, request("GET", "/metrics?debug=1"));
    EXPECT_EQ(status(metrics), "HTTP/1.1 200 OK");
    EXPECT_NE(metrics.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
              std::string::npos)
        << metrics;
    EXPECT_EQ(body(metrics), "weir_up 1\n");
    EXPECT_EQ(body(ask(server, request("GET", "/health"))), "ok\n");
    const std::string head = ask(server, request("HEAD", "/metrics"));
    EXPECT_NE(head.find("Content-Length: 10\r\n"), std::string::npos) << head;
    EXPECT_EQ(body(head), "");
  }
}

TEST(MetricsServer, RefusesOtherPathsAndMethods) {
  MetricsServer server("127.0.0.1:0");
  server.start(pages());
  for (const char* path : {"/", "/metrics/", "/healthy", "*"})
    EXPECT_EQ(status(ask(server, request("GET", path))), "HTTP/1.1 404 Not Found") << path;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const std::string answer = ask(server, request(method, "/metrics", "Content-Length: 0\r\n"));
    EXPECT_EQ(status(answer), "HTTP/1.1 405 Method Not Allowed") << method;
    EXPECT_NE(answer.find("\r\nAllow: GET, HEAD\r\n"), std::string::npos);
  }
}

TEST(MetricsServer, TellsTrouble) {
  MetricsServer server("127.0.0.1:0");
  server.start(pages("cannot write to 'x': no space left on device"));
  const std::string answer = ask(server, request("GET", "/health"));
  EXPECT_EQ(status(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(body(answer), "cannot write to 'x': no space left on device\n");
  EXPECT_EQ(status(ask(server, request("GET", "/metrics"))), "HTTP/1.1 200 OK");
}

TEST(MetricsServer, AnswersAFailureWithWhatItSays) {
  MetricsServer server("127.0.0.1:0");
  server.start({[]() -> std::string { throw std::runtime_error("out of memory"); },
                []() -> std::string { throw std::runtime_error("out of memory"); }});
  for (const char* path : {"/metrics", "/health"}) {
    const std::string answer = ask(server, request("GET", path));
    EXPECT_EQ(status(answer), "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(body(answer), "out of memory\n");
  }
}

TEST(MetricsServer, IsRefusedAnAddressThatIsTaken) {
  const MetricsServer first("127.0.0.1:0");
  try {
    const MetricsServer second(first.address());
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::bad_input);
    EXPECT_NE(std::string(failure.what()).find("cannot listen on '" + first.address() + "': "),
              std::string::npos)
        << failure.what();
  }
}

TEST(MetricsServer, NeedsAHostAndAPort) {
  check_metrics_address("127.0.0.1:9464");
  check_metrics_address("[::1]:0");
  for (const char* wrong :
       {"9464", "localhost", "127.0.0.1:70000", "http://127.0.0.1:9464", "::1:1"})
    EXPECT_THROW(check_metrics_address(wrong), Failure) << wrong;
}

SourceReport source(std::string name, std::uint64_t events) {
  SourceReport one;
  one.name = std::move(name);
  one.counts = {events, 0};
  return one;
}

TEST(RunMetrics, EscapeTheNamesOfSources) {
  EXPECT_EQ(label_text("a\"b\\c\nd\te é"), "\"a\\\"b\\\\c\\nd\te é\"");
  EXPECT_EQ(label_text("\xff\xc3"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(RunMetrics, HaveOneSeriesForSourcesOfOneName) {
  RunMetrics metrics(0);
  metrics.publish({{source("a", 3), source("b", 1), source("a", 4)}, 7, {}, {}});
  const std::string text = metrics.text();
  EXPECT_NE(text.find("weir_source_events_total{source=\"a\"} 7\n"
                      "weir_source_events_total{source=\"b\"} 1\n# HELP"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nweir_lines_out_total 7\n"), std::string::npos);
  EXPECT_NE(text.find("\nweir_up 1\n"), std::string::npos);
  EXPECT_EQ(text.find("datagrams"), std::string::npos) << "there is no socket";
}

TEST(RunMetrics, CountTheSourcesBeyondAThousandTogether) {
  RunMetrics metrics(0);
  RunPicture state;
  for (int i = 0; i < 1010; ++i) state.sources.push_back(source(std::to_string(i), 2));
  metrics.publish(std::move(state));
  const std::string text = metrics.text();
  EXPECT_NE(text.find("weir_source_events_total{source=\"(others)\"} 20\n"), std::string::npos);
  EXPECT_EQ(text.find("source=\"1000\""), std::string::npos);
}

TEST(RunMetrics, TellTrouble) {
  RunMetrics metrics(0);
  metrics.publish({{}, 0, "the disk is full", {}});
  EXPECT_EQ(metrics.trouble(), "the disk is full");
  EXPECT_NE(metrics.text().find("\nweir_up 0\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::host
