#include "enrich/loop_thread.h"

#include <fmt/format.h>

#include <csignal>

#include "base/error.h"

namespace weir::enrich {

namespace {

void check(int result, const char* what) {
  if (result < 0)
    throw Failure(Status::internal, fmt::format("{} for an enrichment rule cannot be made: {}",
                                                what, uv_strerror(result)));
}

void close_if_open(uv_handle_t* handle, void*) {
  if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
}

}  // namespace

LoopThread::LoopThread(Work work) : work_(std::move(work)) {
  check(uv_loop_init(&loop_), "an event loop");
  loop_.data = this;
  try {
    check(uv_async_init(&loop_, &woken_,
                        [](uv_async_t* handle) {
                          static_cast<LoopThread*>(handle->loop->data)->work_.woken();
                        }),
          "an event loop");
    check(uv_async_init(&loop_, &ended_,
                        [](uv_async_t* handle) {
                          auto& self = *static_cast<LoopThread*>(handle->loop->data);
                          self.work_.end();
                          uv_walk(handle->loop, close_if_open, nullptr);
                        }),
          "an event loop");
    // The new thread has the signals blocked that this one has while it makes it: they are the
    // host's.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw Failure(Status::internal,
                    fmt::format("no thread can be had for an enrichment rule: {}", error.what()));
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  } catch (...) {
    uv_walk(&loop_, close_if_open, nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
    throw;
  }
}

LoopThread::~LoopThread() {
  uv_async_send(&ended_);
  thread_.join();
  uv_loop_close(&loop_);
}

void LoopThread::run() {
  work_.begin(loop_);
  uv_run(&loop_, UV_RUN_DEFAULT);
}

}  // namespace weir::enrich
