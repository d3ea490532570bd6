#include "enrich/dns.h"

#include "base/error.h"

namespace weir::enrich {

Dns::Dns(const DnsSettings&, Wiring&) { throw Failure(Status::not_supported, "not supported yet"); }

bool Dns::ask(const Subject&, std::string&) const { return false; }
Effect Dns::finish(std::string_view, Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
