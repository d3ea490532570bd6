// HTTP requests on a loop, by libcurl: connections are kept and used again, TLS is verified. One
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/curl_library.h"
#include "tracer/loop.h"

namespace weir::host::tracer {

struct HttpAnswer {
  std::string problem;  // empty: the server has answered
  long status = 0;
  std::string body;
};

// What all requests to a service have in common.
struct HttpService {
  std::chrono::milliseconds time{1000};
  std::string authorities;  // a file; empty: the system's
  std::shared_ptr<curl_slist> headers;
};

class HttpClient {
 public:
  using Done = std::function<void(HttpAnswer)>;

  // Throws Failure(runtime): libcurl cannot be opened.
  explicit HttpClient(uv_loop_t* loop);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Calls `done` once, later, from the loop; not at all if the client goes before. service: lives
  // until then. Throws bad_alloc.
  void get(const std::string& url, const HttpService& service, Done done);

  static constexpr std::size_t kLargestBody = std::size_t{1} << 20;

 private:
  struct Request;
  struct FreeEasy {
    void operator()(CURL* easy) const noexcept;
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* client, void* poll);
  static int on_timer(CURLM* multi, long milliseconds, void* client);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* request);
  void watch(curl_socket_t socket, int what, uv_poll_t* poll);
  void act(curl_socket_t socket, int events);
  void collect();
  void finish(CURL* easy, CURLcode code);

  uv_loop_t* const loop_;
  Handle<uv_timer_t> timer_;
  CURLM* multi_ = nullptr;
  std::vector<std::unique_ptr<Request>> requests_;  // in flight
  std::vector<std::unique_ptr<Request>> spare_;
  std::vector<Handle<uv_poll_t>> polls_;
};

// RFC 3986's unreserved characters as they are, all others as %XX.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace weir::host::tracer
