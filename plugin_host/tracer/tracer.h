// `weir tracer`: a server of the lookup protocol that KUMA's enrichment of type CyberTrace speaks,
// with data of one's own behind it.
#pragma once

#include "failure.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

// Until SIGINT or SIGTERM. Throws Failure: what cannot be read, or listened on.
Exit run_tracer(const Settings& settings);

}  // namespace weir::host::tracer
