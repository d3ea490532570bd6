// From the hash of a key to what may have it: a bucket's number, a row's address.
//
// Open addressing over slots {tag, ref}, linear probing, no tombstones: erase shifts back what
// follows. The tag is the low half of the key's hash and also says where to look, so growing reads
// nothing that a ref stands for. Kept at most three quarters full. Only reserve() allocates.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <new>
#include <utility>

#include "base/page_array.h"

namespace weir {

// A ref is trivially copied, and Ref{} is none.
template <class Ref = std::uint32_t>
class SlotTable {
 public:
  std::size_t size() const noexcept { return size_; }
  std::size_t bytes() const noexcept { return slots_.bytes(); }

  // All of them, in no order: none where a slot is free. REQUIRES: slot < slots()
  std::size_t slots() const noexcept { return slots_.size(); }
  Ref at(std::size_t slot) const noexcept { return slots_[slot].ref; }

  // Room for `count` keys in all. Throws bad_alloc, nothing changed.
  void reserve(std::size_t count) {
    if (count * 4 > slots_.size() * 3) resize(capacity_for(count));
  }

  // Gives back memory if `count` keys in all need less than an eighth of it and there is some for
  // the smaller table.
  void shrink(std::size_t count) noexcept {
    if (capacity_for(count) * 8 > slots_.size()) return;
    try {
      resize(capacity_for(count));
    } catch (const std::bad_alloc&) {
      return;
    }
  }

  void prefetch(std::uint32_t tag) const noexcept {
    if (!slots_.empty()) __builtin_prefetch(&slots_[tag & mask_]);
  }
  // The first ref whose tag is the same, for prefetching it; none if there is none nearby.
  Ref guess(std::uint32_t tag) const noexcept {
    if (slots_.empty()) return {};
    for (std::size_t at = tag & mask_;; at = (at + 1) & mask_) {
      if (slots_[at].ref == Ref{} || slots_[at].tag == tag) return slots_[at].ref;
    }
  }

  // The ref for which same(ref) holds, or none.
  template <class Same>
  Ref find(std::uint32_t tag, Same&& same) const noexcept {
    if (slots_.empty()) return {};
    for (std::size_t at = tag & mask_; slots_[at].ref != Ref{}; at = (at + 1) & mask_)
      if (slots_[at].tag == tag && same(slots_[at].ref)) return slots_[at].ref;
    return {};
  }

  // REQUIRES: room, and not there.
  void insert(std::uint32_t tag, Ref ref) noexcept {
    assert((size_ + 1) * 4 <= slots_.size() * 3);
    std::size_t at = tag & mask_;
    while (slots_[at].ref != Ref{}) at = (at + 1) & mask_;
    slots_[at] = {tag, ref};
    ++size_;
  }

  // What `from` stood for has moved. REQUIRES: there.
  void replace(std::uint32_t tag, Ref from, Ref to) noexcept {
    std::size_t at = tag & mask_;
    while (slots_[at].ref != from) at = (at + 1) & mask_;
    slots_[at].ref = to;
  }

  // REQUIRES: there.
  void erase(std::uint32_t tag, Ref ref) noexcept {
    std::size_t hole = tag & mask_;
    while (slots_[hole].ref != ref) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; slots_[at].ref != Ref{}; at = (at + 1) & mask_) {
      // A slot may move back to the hole unless its home lies behind the hole.
      const std::size_t home = slots_[at].tag & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    --size_;
  }

 private:
  struct Slot {
    std::uint32_t tag;
    Ref ref;  // Ref{}: free
  };

  static std::size_t capacity_for(std::size_t count) noexcept {
    return count == 0 ? 0 : std::bit_ceil(std::max<std::size_t>(16, count * 4 / 3 + 1));
  }

  void resize(std::size_t capacity) {
    PageArray<Slot> old(capacity);
    std::swap(old, slots_);
    mask_ = capacity == 0 ? 0 : capacity - 1;
    size_ = 0;
    for (std::size_t i = 0; i < old.size(); ++i)
      if (old[i].ref != Ref{}) insert(old[i].tag, old[i].ref);
  }

  PageArray<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir
