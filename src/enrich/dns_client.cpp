#include "enrich/dns_client.h"

#include "base/error.h"

namespace weir::enrich {

class DnsClient::Resolver {
 public:
  Exchange exchange;
};

DnsClient::DnsClient(const DnsSettings&, Bell&) {
  throw Failure(Status::not_supported, "not supported yet");
}
DnsClient::~DnsClient() = default;

Exchange& DnsClient::exchange() noexcept { return resolver_->exchange; }

}  // namespace weir::enrich
