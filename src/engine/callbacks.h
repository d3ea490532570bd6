// Functions of the host.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "event/schema.h"
#include "weir/weir.h"

namespace weir::engine {

class Engine;

// What a host registered. Owns the user data: its destructor runs once, when nothing holds this.
struct Callbacks {
  weir_filter_fn filter = nullptr;
  weir_enrich_fn enrich = nullptr;
  bool all_fields = true;  // no list of fields was given
  std::vector<FieldId> fields;
  void* user = nullptr;
  weir_destroy_fn destroy = nullptr;

  Callbacks() = default;
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;
  ~Callbacks() {
    if (destroy != nullptr) destroy(user);
  }
};
using SharedCallbacks = std::shared_ptr<const Callbacks>;

// Marks this thread as being inside a callback of the engine, for as long as it lives.
class InsideCallback {
 public:
  explicit InsideCallback(const Engine& engine) noexcept : engine_(engine), outer_(innermost_) {
    innermost_ = this;
  }
  ~InsideCallback() { innermost_ = outer_; }
  InsideCallback(const InsideCallback&) = delete;
  InsideCallback& operator=(const InsideCallback&) = delete;

  static bool of(const Engine& engine) noexcept {
    for (const InsideCallback* at = innermost_; at != nullptr; at = at->outer_)
      if (&at->engine_ == &engine) return true;
    return false;
  }

 private:
  static thread_local const InsideCallback* innermost_;
  const Engine& engine_;
  const InsideCallback* outer_;
};

}  // namespace weir::engine
