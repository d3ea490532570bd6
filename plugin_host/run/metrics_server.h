// Serves metrics and health over HTTP/1.1, on a thread of its own: whoever asks, however slowly,
// delays nothing else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "file_descriptor.h"

struct MHD_Daemon;

namespace weir::host {

// Throws Failure(usage) unless it is HOST:PORT.
void check_metrics_address(const std::string& address);

class MetricsServer {
 public:
  // What is served; called by the server's thread. What they throw is the answer, with the status
  // 500.
  struct Pages {
    std::function<std::string()> metrics;
    std::function<std::string()> trouble;  // empty: all is well
  };

  // Listens at once; who asks before start() waits. Throws Failure: bad_input when the address
  // cannot be had, runtime without libmicrohttpd. REQUIRES: check_metrics_address().
  explicit MetricsServer(const std::string& address);
  // Lets no page be asked for any more.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // Throws Failure(runtime). REQUIRES: once
  void start(Pages pages);

  // With the port that the system chose for port 0.
  const std::string& address() const noexcept { return address_; }
  const Pages& pages() const noexcept { return pages_; }

 private:
  FileDescriptor socket_;  // until start()
  std::string address_;
  Pages pages_;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace weir::host
