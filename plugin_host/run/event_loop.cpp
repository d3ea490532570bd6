#include "run/event_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "failure.h"

namespace weir::host {

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.open()) throw Failure(Exit::runtime, "cannot wait for inputs: " + error_text(errno));
}

void EventLoop::add(int descriptor, Ready ready) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    if (errno != EPERM) {
      throw Failure(Exit::runtime, "cannot wait for an input: " + error_text(errno));
    }
    always_.push_back(descriptor);
  }
  watched_[descriptor] = std::make_unique<Ready>(std::move(ready));
}

void EventLoop::remove(int descriptor) noexcept {
  const auto at = watched_.find(descriptor);
  if (at == watched_.end()) return;
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
  std::erase(always_, descriptor);
  removed_.push_back(std::move(at->second));
  watched_.erase(at);
}

void EventLoop::turn(int milliseconds) {
  removed_.clear();
  std::vector<int> more = std::exchange(again_, {});
  more.insert(more.end(), always_.begin(), always_.end());
  std::array<epoll_event, 128> events;
  const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()),
                                 more.empty() ? milliseconds : 0);
  const auto call = [this](int descriptor) {
    // One called before may have removed it.
    const auto at = watched_.find(descriptor);
    if (at != watched_.end()) (*at->second)();
  };
  for (int i = 0; i < count; ++i) {
    const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
    std::erase(more, descriptor);
    call(descriptor);
  }
  for (const int descriptor : more) call(descriptor);
}

}  // namespace weir::host
