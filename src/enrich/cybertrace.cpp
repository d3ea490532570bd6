#include "enrich/cybertrace.h"

#include "base/error.h"

namespace weir::enrich {

CyberTrace::CyberTrace(const CyberTraceSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

bool CyberTrace::ask(const Subject&, std::string&, std::uint64_t&) const { return false; }
Effect CyberTrace::finish(std::string_view, Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
