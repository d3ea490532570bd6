// The opaque types of weir.h, and what is converted on the way in.
#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "abi/guard.h"
#include "engine/engine.h"
#include "weir/weir.h"

struct weir_engine {
  explicit weir_engine(weir::engine::Options options) : engine(std::move(options)) {}
  weir::engine::Engine engine;
  // Handles of created rules that the host has not destroyed; they go with the engine.
  std::mutex mutex;
  std::list<std::unique_ptr<weir_rule>> rules;
};

struct weir_rule {
  weir_engine* owner;
  std::shared_ptr<weir::engine::CreatedRule> rule;
};

namespace weir::abi {

// The engine, unless this thread is inside one of its callbacks.
weir_engine& entered(weir_engine* engine);

// Takes ownership of the user data before anything can fail: its destructor runs exactly once.
engine::SharedCallbacks take(const weir_callbacks* callbacks);

// Throws Failure if outputs cannot be handed to it.
weir_sink checked(const weir_sink* sink);

}  // namespace weir::abi
