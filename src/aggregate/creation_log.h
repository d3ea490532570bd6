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

  // REQUIRES: room. Entries come nearly sorted: threads that open buckets at the same moment may do
  // so out of the order of their events, so an entry may have to step over a few.
  void push(const Entry& entry) noexcept {
    assert(size() < ring_.size());
    std::size_t at = tail_++;
    for (; at != head_ && is_later(ring_[(at - 1) & mask_], entry); --at)
      ring_[at & mask_] = ring_[(at - 1) & mask_];
    ring_[at & mask_] = entry;
  }

  // How many entries from the front come before or at the pair.
  std::size_t count_until(Time deadline, std::uint64_t ordinal) const noexcept {
    const Entry last{deadline, ordinal, 0, 0};
    return count_while([&](const Entry& entry) { return !is_later(entry, last); });
  }

  // How many entries from the front opened before the event with that ordinal. REQUIRES: whatever
  // was in the log at some moment is older than it, and whatever came since is not.
  std::size_t count_opened_before(std::uint64_t ordinal) const noexcept {
    return count_while([&](const Entry& entry) { return entry.ordinal < ordinal; });
  }

 private:
  static bool is_later(const Entry& a, const Entry& b) noexcept {
    return a.deadline != b.deadline ? a.deadline > b.deadline : a.ordinal > b.ordinal;
  }

  // The length of the prefix for which `in` holds; it holds for no entry behind.
  template <class In>
  std::size_t count_while(In&& in) const noexcept {
    std::size_t low = 0, high = size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (in((*this)[middle]))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

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
