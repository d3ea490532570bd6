// A libuv loop on a thread of its own, for rules that ask over the network.
#pragma once

#include <uv.h>

#include <functional>
#include <thread>

namespace weir::enrich {

class LoopThread {
 public:
  struct Work {
    std::function<void(uv_loop_t&)> begin;  // opens handles
    std::function<void()> woken;            // somebody has called wake(); calls may be merged
    std::function<void()> end;              // closes them; the loop ends when all are closed
  };
  // All three run on the thread, which takes no signals. Throws Failure(internal): no thread or no
  // descriptor can be had.
  explicit LoopThread(Work work);
  // Ends the thread and waits for that. What `end` leaves open is closed.
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  // Any thread.
  void wake() noexcept { uv_async_send(&woken_); }

 private:
  void run();

  Work work_;
  uv_loop_t loop_{};
  uv_async_t woken_{};
  uv_async_t ended_{};
  std::thread thread_;
};

}  // namespace weir::enrich
