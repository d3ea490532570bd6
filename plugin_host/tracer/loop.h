// libuv's loop and handles, as owners.
#pragma once

#include <uv.h>

#include <memory>

namespace weir::host::tracer {

// Outlives all handles in it: what they left is closed before it goes.
class Loop {
 public:
  Loop() { uv_loop_init(&loop_); }
  ~Loop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  uv_loop_t* get() noexcept { return &loop_; }

 private:
  uv_loop_t loop_{};
};

struct CloseHandle {
  template <class T>
  void operator()(T* handle) const noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<T*>(closed); });
  }
};
// A handle that is initialized: closed when it is let go, freed when the loop is done with it.
template <class T>
using Handle = std::unique_ptr<T, CloseHandle>;

inline Handle<uv_timer_t> make_timer(uv_loop_t* loop, void* data) {
  auto timer = std::make_unique<uv_timer_t>();
  uv_timer_init(loop, timer.get());
  timer->data = data;
  return Handle<uv_timer_t>(timer.release());
}

}  // namespace weir::host::tracer
