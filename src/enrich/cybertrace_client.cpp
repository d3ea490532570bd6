#include "enrich/cybertrace_client.h"

#include "base/error.h"

namespace weir::enrich {

class CyberTraceClient::Pool {
 public:
  Exchange exchange;
};

CyberTraceClient::CyberTraceClient(const CyberTraceSettings&, Bell&,
                                   std::function<void(std::string_view)>) {
  throw Failure(Status::not_supported, "not supported yet");
}
CyberTraceClient::~CyberTraceClient() = default;

Exchange& CyberTraceClient::exchange() noexcept { return pool_->exchange; }

}  // namespace weir::enrich
