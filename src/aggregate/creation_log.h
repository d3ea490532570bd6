// The buckets of one rule in one shard in the order in which they opened, which is the order in
// which they fall due, because a rule's lifetime is constant.
//
// A ring of 24-byte entries. Closing a bucket early does not touch the log: its entry goes stale
// (the bucket's generation has moved on) and is dropped when it comes up, or when the ring is full
// and mostly stale. Push and pop cost some nanoseconds and read memory in sequence.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <vector>

#include "base/moment.h"

namespace weir::aggregate {

class CreationLog {
 public:
  struct Entry {
    Time deadline;
    std::uint64_t ordinal;  // of the opening event
    std::uint32_t bucket;
    std::uint32_t generation;
  };

  bool empty() const noexcept { return head_ == tail_; }
  std::size_t size() const noexcept { return tail_ - head_; }
  std::size_t bytes() const noexcept { return ring_.size() * sizeof(Entry); }
  const Entry& operator[](std::size_t i) const noexcept { return ring_[(head_ + i) & mask_]; }
  const Entry& front() const noexcept { return (*this)[0]; }
  void pop() noexcept { ++head_; }

  // Room for `count` more. live(entry) says whether an entry's bucket is still open; `open` is how
  // many are. Throws bad_alloc, nothing changed.
  template <class Live>
  void reserve(std::size_t count, std::size_t open, Live&& live) {
    if (size() + count <= ring_.size()) return;
    if (size() > 4 * open + count) drop_stale(live);
    if (size() + count <= ring_.size()) return;
    std::vector<Entry> larger(std::bit_ceil(std::max<std::size_t>(16, size() + count)));
    const std::size_t entries = size();
    for (std::size_t i = 0; i < entries; ++i) larger[i] = (*this)[i];
    ring_.swap(larger);
    mask_ = ring_.size() - 1;
    head_ = 0;
    tail_ = entries;
  }

  // REQUIRES: room, and a deadline no earlier than the last.
  void push(const Entry& entry) noexcept {
    assert(size() < ring_.size());
    ring_[tail_++ & mask_] = entry;
  }

  // How many entries from the front come before or at the pair.
  std::size_t count_until(Time deadline, std::uint64_t ordinal) const noexcept {
    std::size_t low = 0, high = size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const Entry& entry = (*this)[middle];
      const bool in = entry.deadline < deadline ||
                      (entry.deadline == deadline && entry.ordinal <= ordinal);
      if (in) low = middle + 1;
      else high = middle;
    }
    return low;
  }

 private:
  template <class Live>
  void drop_stale(Live&& live) noexcept {
    std::size_t to = head_;
    for (std::size_t from = head_; from != tail_; ++from)
      if (live(ring_[from & mask_])) ring_[to++ & mask_] = ring_[from & mask_];
    tail_ = to;
  }

  std::vector<Entry> ring_;
  std::size_t mask_ = 0;
  std::size_t head_ = 0;  // both only grow; the ring index is masked
  std::size_t tail_ = 0;
};

}  // namespace weir::aggregate
