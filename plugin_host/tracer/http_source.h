// A service that is asked over HTTP: GET of a URL with the indicator in it, JSON comes back. So
// many requests are in flight, as many as a thousand wait, and what waited longer than the time
// for one fails. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "tracer/http_client.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

class HttpSource {
 public:
  // Throws Failure: usage for a template that is no URL with {value}, bad_input for a file that
  // cannot be read.
  HttpSource(const SourceSettings& settings, const Limits& limits, HttpClient& client);

  struct Found {
    std::string detections;  // lines
    std::string problem;     // empty: the service has answered
  };
  using Done = std::function<void(Found)>;
  // False if too many wait: then `done` is not called. Else it is called once, later.
  bool ask(std::string_view indicator, std::string_view kind, Done done);

  const std::string& category() const noexcept { return category_; }
  static constexpr std::size_t kMostWaiting = 1000;

 private:
  struct Question {
    std::string indicator;
    std::string url;
    std::chrono::steady_clock::time_point since;
    Done done;
  };
  void send(Question question);
  void next();
  Found read(const std::string& indicator, const HttpAnswer& answer) const;

  HttpClient& client_;
  const std::string template_;
  std::string category_;
  const std::size_t most_;
  HttpService service_;
  std::size_t in_flight_ = 0;
  std::deque<Question> waiting_;
};

}  // namespace weir::host::tracer
