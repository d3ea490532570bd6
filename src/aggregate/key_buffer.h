// The keys of a chunk's items, one behind the other.
#pragma once

#include <cstring>
#include <vector>

#include "aggregate/key.h"
#include "aggregate/rule.h"
#include "base/bump.h"

namespace weir::aggregate {

class KeyBuffer {
 public:
  void clear() noexcept {
    memory_.reset();
    next_ = end_ = nullptr;
  }

  struct Key {
    const char* bytes;
    std::uint32_t size;
    std::uint32_t combination_size;  // of the unique fields, behind it, if the rule dedups
  };

  // The key of a row under a rule, which stays where it is until clear(). Throws bad_alloc.
  Key add(const Plan& plan, const Value* row) {
    char* first = next_;
    char* to = first;
    append(plan.identical, row, first, to);
    const auto size = static_cast<std::uint32_t>(to - first);
    if (plan.rule->dedups()) append(plan.unique, row, first, to);
    next_ = to;
    return {first, size, static_cast<std::uint32_t>(to - first) - size};
  }

 private:
  static constexpr std::size_t block = 64 * 1024;

  void append(const std::vector<Slot>& slots, const Value* row, char*& first, char*& to) {
    const std::size_t usual = slots.size() * common_key_room;
    if (static_cast<std::size_t>(end_ - to) < usual) move(first, to, usual);
    for (const Slot slot : slots) {
      const Value& value = row[slot];
      if (char* const end = append_common_key(to, value); end != nullptr) {
        to = end;
        continue;
      }
      const std::size_t room = key_room(value) + usual;
      if (static_cast<std::size_t>(end_ - to) < room) move(first, to, room);
      to = append_key(to, value);
    }
  }

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

}  // namespace weir::aggregate
