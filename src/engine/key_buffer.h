// The keys of a portion's items, one behind the other.
#pragma once

#include <cstring>
#include <string_view>

#include "aggregate/key.h"
#include "aggregate/rule.h"
#include "base/bump.h"

namespace weir::engine {

class KeyBuffer {
 public:
  void clear() noexcept {
    memory_.reset();
    next_ = end_ = nullptr;
  }

  // The key of a row under a rule. Throws bad_alloc.
  std::string_view add(const aggregate::Plan& plan, const Value* row) {
    char* first = next_;
    char* to = first;
    for (const Slot slot : plan.identical) {
      const Value& value = row[slot];
      const std::size_t room = aggregate::key_room(value);
      if (static_cast<std::size_t>(end_ - to) < room) move(first, to, room);
      to = aggregate::append_key(to, value);
    }
    next_ = to;
    return {first, static_cast<std::size_t>(to - first)};
  }

 private:
  static constexpr std::size_t block = 64 * 1024;

  // To a place with room for more.
  void move(char*& first, char*& to, std::size_t room) {
    const auto size = static_cast<std::size_t>(to - first);
    const std::size_t wanted = size + room > block / 4 ? size + room + block : block;
    char* const place = memory_.take(wanted);
    if (size > 0) std::memcpy(place, first, size);
    first = place;
    to = place + size;
    end_ = place + wanted;
  }

  Bump memory_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace weir::engine
