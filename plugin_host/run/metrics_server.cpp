#include "run/metrics_server.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>
#include <utility>

#include "failure.h"
#include "run/microhttpd.h"
#include "socket_address.h"

namespace weir::host {
namespace {

// A scraper or two and somebody who looks; more wait in the system's queue.
constexpr unsigned kConnections = 32;
constexpr unsigned kIdleSeconds = 10;  // of a connection that sends and takes nothing
constexpr std::size_t kRequest = std::size_t{16} << 10;  // bytes, headers included
constexpr int kMetricsBacklog = 32;

struct Page {
  unsigned status = MHD_HTTP_OK;
  std::string text;
  const char* type = "text/plain; charset=utf-8";
};

Page page_of(const MetricsServer::Pages& pages, std::string_view path, std::string_view method) {
  if (path != "/metrics" && path != "/health") {
    return {MHD_HTTP_NOT_FOUND, "there are /metrics and /health\n"};
  }
  if (method != "GET" && method != "HEAD") {
    return {MHD_HTTP_METHOD_NOT_ALLOWED, "there is GET\n"};
  }
  try {
    if (path == "/metrics") {
      return {MHD_HTTP_OK, pages.metrics(), "text/plain; version=0.0.4; charset=utf-8"};
    }
    const std::string trouble = pages.trouble();
    if (!trouble.empty()) return {MHD_HTTP_SERVICE_UNAVAILABLE, trouble + '\n'};
    return {MHD_HTTP_OK, "ok\n"};
  } catch (const std::exception& error) {
    return {MHD_HTTP_INTERNAL_SERVER_ERROR, std::string(error.what()) + '\n'};
  }
}

MHD_Result send(MHD_Connection* connection, Page& page) {
  const MicroHttpd& http = microhttpd();
  MHD_Response* const response =
      http.create_response_from_buffer(page.text.size(), page.text.data(), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  http.add_response_header(response, "Content-Type", page.type);
  http.add_response_header(response, "Cache-Control", "no-store");
  if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    http.add_response_header(response, "Allow", "GET, HEAD");
  }
  const MHD_Result sent = http.queue_response(connection, page.status, response);
  http.destroy_response(response);
  return sent;
}

// Called by libmicrohttpd when a request's headers have come, and again when all of it has.
MHD_Result answer(void* server, MHD_Connection* connection, const char* path, const char* method,
                  const char* /*version*/, const char* /*body*/, std::size_t* body_size,
                  void** state) noexcept {
  try {
    const std::string_view asked(method);
    const bool plain = asked == "GET" || asked == "HEAD";
    // The answer to what must not have a body does not wait for it.
    if (plain && *state == nullptr) {
      *state = server;
      return MHD_YES;
    }
    if (*body_size != 0) {
      *body_size = 0;
      return MHD_YES;
    }
    Page page = page_of(static_cast<MetricsServer*>(server)->pages(), path, asked);
    return send(connection, page);
  } catch (const std::exception&) {
    return MHD_NO;  // no memory: the connection ends
  }
}

}  // namespace

void check_metrics_address(const std::string& address) {
  if (parse_host_port(address)) return;
  throw Failure(
      Exit::usage,
      fmt::format("--metrics needs HOST:PORT, such as 127.0.0.1:9464, not '{}'", address));
}

MetricsServer::MetricsServer(const std::string& address) {
  const std::optional<HostPort> name = parse_host_port(address);
  microhttpd();  // or it fails before anything else is done
  socket_ = bind_socket(*name, SOCK_STREAM, address);
  if (::listen(socket_.number(), kMetricsBacklog) != 0) {
    throw Failure(Exit::bad_input, fmt::format("cannot listen on '{}': {}; name another port",
                                               address, error_text(errno)));
  }
  address_ = bound_text(socket_.number());
}

void MetricsServer::start(Pages pages) {
  pages_ = std::move(pages);
  // The new thread has the signals blocked that this one has while it makes it: they are for those
  // who wait for them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  daemon_ = microhttpd().start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_USE_ITC, 0, nullptr, nullptr, &answer,
      this, MHD_OPTION_LISTEN_SOCKET, static_cast<MHD_socket>(socket_.number()),
      MHD_OPTION_CONNECTION_LIMIT, kConnections, MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kRequest, MHD_OPTION_END);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (daemon_ == nullptr) {
    throw Failure(Exit::runtime, "no thread can be had for --metrics; leave it out");
  }
  socket_.release();  // the daemon closes it
}

MetricsServer::~MetricsServer() {
  if (daemon_ != nullptr) microhttpd().stop_daemon(daemon_);
}

}  // namespace weir::host
