#include "enrich/cybertrace_client.h"

#include "enrich/cybertrace_pool.h"
#include "enrich/loop_thread.h"

namespace weir::enrich {

class CyberTraceClient::Pool {
 public:
  Pool(const CyberTraceSettings& settings, Bell& bell, CyberTracePool::Log log)
      : exchange({settings.queue, settings.timeout, settings.cache_ttl, settings.cache_bytes},
                 bell),
        connections(settings, exchange, std::move(log)),
        thread({[this](uv_loop_t& loop) { connections.begin(loop); },
                [this] { connections.pump(); }, [this] { connections.end(); }}) {
    exchange.on_question([this] { thread.wake(); });
  }

  Exchange exchange;
  CyberTracePool connections;
  LoopThread thread;  // ends first
};

CyberTraceClient::CyberTraceClient(const CyberTraceSettings& settings, Bell& bell,
                                   std::function<void(std::string_view)> log)
    : pool_(std::make_unique<Pool>(settings, bell, std::move(log))) {}

CyberTraceClient::~CyberTraceClient() { pool_->exchange.cancel(); }

Exchange& CyberTraceClient::exchange() noexcept { return pool_->exchange; }

}  // namespace weir::enrich
