// The state of an engine as bytes: docs/snapshot-format.md.

#include "engine/engine.h"

namespace weir::engine {

void Engine::snapshot(const std::function<void(std::string_view)>& /*write*/) {
  throw Failure(Status::not_supported, "snapshots cannot be taken yet");
}

}  // namespace weir::engine
