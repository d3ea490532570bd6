// Lets running chunks finish, then one change in: many pass together, or one alone.
//
// A plain reader-writer lock would let eight feeding threads keep a reload out for ever; here
// whoever wants to be alone holds the turnstile while it waits, so that new arrivals queue behind
// it.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace weir {

class Gate {
 public:
  class Shared {
   public:
    explicit Shared(Gate& gate) : lock_(enter(gate)) {}

   private:
    static std::shared_lock<std::shared_mutex> enter(Gate& gate) {
      const std::lock_guard turn(gate.turnstile_);
      return std::shared_lock(gate.room_);
    }
    std::shared_lock<std::shared_mutex> lock_;
  };

  class Alone {
   public:
    explicit Alone(Gate& gate) : turn_(gate.turnstile_), lock_(gate.room_) {}

   private:
    std::lock_guard<std::mutex> turn_;
    std::lock_guard<std::shared_mutex> lock_;
  };

 private:
  std::mutex turnstile_;
  std::shared_mutex room_;
};

}  // namespace weir
