// Lookups that the host fills.

#include "engine/engine.h"

namespace weir::engine {

void Engine::set_table(const TableRows&) {
  throw Failure(Status::not_supported, "tables are not set yet");
}

void Engine::update_table(const TableRows&) {
  throw Failure(Status::not_supported, "tables are not updated yet");
}

void Engine::erase_from_table(const TableRows&) {
  throw Failure(Status::not_supported, "tables are not updated yet");
}

}  // namespace weir::engine
