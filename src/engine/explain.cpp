// What would happen to an event, and why.

#include "engine/engine.h"

namespace weir::engine {

std::string Engine::explain(const Question&) {
  throw Failure(Status::not_supported, "events are not explained yet");
}

}  // namespace weir::engine
