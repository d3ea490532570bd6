// Waits for many descriptors at once, and calls who is ready. Level-triggered: who leaves bytes
// unread is called again, after the others. Costs: one system call a turn. One thread.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "file_descriptor.h"

namespace weir::host {

class EventLoop {
 public:
  using Ready = std::function<void()>;

  // Throws Failure(runtime).
  EventLoop();

  // Calls `ready` whenever there is something to read, or an end to see. What poll() has no notion
  // of, such as /dev/null, is ready at all times. Throws Failure(runtime).
  void add(int descriptor, Ready ready);
  // In the next turn it is called whether it is ready or not.
  void call_again(int descriptor) { again_.push_back(descriptor); }
  // Before the descriptor is closed; also from within its own call.
  void remove(int descriptor) noexcept;

  // Waits for as long, and calls each that is ready once. What they throw comes out.
  void turn(int milliseconds);

 private:
  FileDescriptor epoll_;
  std::unordered_map<int, std::unique_ptr<Ready>> watched_;
  std::vector<int> always_;                      // of those, who is ready at all times
  std::vector<int> again_;                       // and who is called in the next turn
  std::vector<std::unique_ptr<Ready>> removed_;  // in this turn: one of them may be running
};

}  // namespace weir::host
