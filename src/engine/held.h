// Events that wait for an answer from the network, each a copy of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/output.h"
#include "enrich/remote.h"

namespace weir::engine {

// Costs less than 300 bytes beside the event's own.
struct Held {
  Output output;  // all that it points to lies in `memory`
  std::unique_ptr<std::byte[]> memory;
  std::size_t bytes = 0;                     // that it takes in all
  std::shared_ptr<const Rules> rules;        // under which it was made, and the format of its line
  std::shared_ptr<const LineFormat> format;  //
  // The names of the enrichment rules then: one of them, before output.place, has asked.
  std::shared_ptr<const std::vector<std::string>> order;
};

// Any thread.
class HeldEvents {
 public:
  // The bell rings when the last one is taken: whoever waits for answers need not any longer.
  explicit HeldEvents(enrich::Bell& bell) noexcept : bell_(bell) {}

  // Copies the output with its changes; a ticket for it. place: of the rule behind the one that
  // asks, in that order of rules; asked: the serial of its client; question: the bytes of what it
  // asks, which wait beside it. Throws bad_alloc.
  std::uint64_t hold(const Output& output, std::uint32_t place, const OutputQueue& queue,
                     const std::shared_ptr<const std::vector<std::string>>& order,
                     std::uint64_t asked, std::size_t question = 0);
  // Whether what holding it takes fits within the limit; question: its bytes. Threads that ask at
  // once may each be told that theirs does.
  bool has_room(const Output& output, std::size_t question) const noexcept;
  void set_limit(std::uint64_t bytes) noexcept { limit_.store(bytes, std::memory_order_relaxed); }
  // Each ticket once.
  std::unique_ptr<Held> take(std::uint64_t ticket) noexcept;
  // The format and the rules of what `take` would give.
  bool fits(std::uint64_t ticket, const OutputQueue& queue) const noexcept;

  // Calls f(held) for all that nobody has taken. REQUIRES: nobody takes one meanwhile
  template <class F>
  void each(F&& f) const {
    const std::lock_guard lock(mutex_);
    for (const auto& held : places_)
      if (held != nullptr) f(*held);
  }

  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  // Of memory that they take, that of their questions and of the blocks themselves included.
  std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  enrich::Bell& bell_;
  mutable std::mutex mutex_;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
  std::atomic<std::uint64_t> limit_ = ~std::uint64_t{0};
  std::vector<std::unique_ptr<Held>> places_;  // by ticket
  std::vector<std::uint64_t> free_;
};

}  // namespace weir::engine
