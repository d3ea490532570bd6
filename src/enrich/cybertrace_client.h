// Asks a CyberTrace server, or one that speaks like it (docs/cybertrace.md), from a thread of its
// own over a pool of connections.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "enrich/exchange.h"
#include "enrich/settings.h"

namespace weir::enrich {

class CyberTraceClient {
 public:
  // log: of `debug`, and of connections that fail and come back; called on any thread, never after
  // the destructor. Throws Failure(internal): no thread can be had.
  CyberTraceClient(const CyberTraceSettings& settings, Bell& bell,
                   std::function<void(std::string_view)> log);
  // Cancels what is not answered; whoever wants to collect that cancels it before. Waits for the
  // thread, which waits for nobody.
  ~CyberTraceClient();
  CyberTraceClient(const CyberTraceClient&) = delete;
  CyberTraceClient& operator=(const CyberTraceClient&) = delete;

  // Questions are request lines; answers are detection lines, each with its LF.
  Exchange& exchange() noexcept;

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace weir::enrich
