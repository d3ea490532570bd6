#include "run/stop.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "failure.h"

namespace weir::host {
namespace {

std::atomic<bool> requested{false};
std::atomic<bool> reload_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");
int stop_pipe[2] = {-1, -1};

extern "C" void handle_stop(int /*signal*/) {
  if (requested.exchange(true)) ::_exit(static_cast<int>(Exit::interrupted));
  const int saved = errno;
  const char byte = 0;
  if (::write(stop_pipe[1], &byte, 1) < 0) {
    // The flag is set; who polls sees it within its timeout.
  }
  errno = saved;
}

extern "C" void handle_reload(int /*signal*/) {
  reload_requested.store(true, std::memory_order_relaxed);
}

// What waits for an input goes on waiting: only a stop ends that.
void install_reload_handler() noexcept {
  struct sigaction action {};
  action.sa_handler = handle_reload;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

void install_signal_handlers(Hangup hangup) {
  if (stop_pipe[0] >= 0) return;
  if (::pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
    throw Failure(Exit::runtime, "cannot make a pipe: " + error_text(errno));
  }
  struct sigaction action {};
  action.sa_handler = handle_stop;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction before {};
  if (hangup == Hangup::reload) {
    install_reload_handler();
  } else if (::sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
    ::sigaction(SIGHUP, &action, nullptr);
  }
  ::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() noexcept { return requested.load(std::memory_order_relaxed); }

int stop_descriptor() noexcept { return stop_pipe[0]; }

bool take_reload_request() noexcept {
  return reload_requested.load(std::memory_order_relaxed) &&
         reload_requested.exchange(false, std::memory_order_relaxed);
}

}  // namespace weir::host
