// The state of an engine out of a snapshot.

#include "engine/engine.h"

namespace weir::engine {

void Engine::restore(std::string_view /*bytes*/) {
  throw Failure(Status::not_supported, "snapshots cannot be restored yet");
}

}  // namespace weir::engine
