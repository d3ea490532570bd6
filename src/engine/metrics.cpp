// The counters as text for Prometheus: docs/metrics.md.

#include "engine/engine.h"

namespace weir::engine {

std::string Engine::metrics() { throw Failure(Status::not_supported, "there are no metrics yet"); }

}  // namespace weir::engine
