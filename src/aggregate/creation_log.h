// The buckets of one rule in one shard in the order in which they opened, which is the order in
// which they fall due, because a rule's lifetime is constant.
//
// A ring of 24-byte entries, which grows by a quarter once it is large. Closing a bucket early does
// not touch the log: its entry goes stale (the bucket's generation has moved on) and is dropped
// when it comes up, or when the ring is full and mostly stale. Push and pop cost some nanoseconds
// and read memory in sequence.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <new>
#include <utility>

#include "base/moment.h"
#include "base/page_array.h"

namespace weir::aggregate {

class CreationLog {
 public:
  struct Entry {
    Time deadline;
    std::uint64_t ordinal;  // of the opening event
    std::uint32_t bucket;
    std::uint32_t generation;
  };

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  std::size_t bytes() const noexcept { return ring_.bytes(); }
  const Entry& operator[](std::size_t i) const noexcept { return ring_[place(i)]; }
  const Entry& front() const noexcept { return ring_[head_]; }
  void pop() noexcept {
    head_ = place(1);
    --size_;
  }

  // Room for `count` more. live(entry) says whether an entry's bucket is still open; `open` is how
  // many are. Throws bad_alloc, nothing changed.
  template <class Live>
  void reserve(std::size_t count, std::size_t open, Live&& live) {
    if (size_ + count <= ring_.size()) return;
    if (size_ > 4 * open + count) drop_stale(live);
    if (size_ + count <= ring_.size()) return;
    const std::size_t grown = ring_.size() + ring_.size() / (ring_.size() < 4096 ? 1 : 4);
    resize(std::max<std::size_t>({16, grown, size_ + count}));
  }

  // Gives back memory if what is open and `count` more need less than an eighth of it and there is
  // some for the smaller ring. Reads buckets only then; the rest as for reserve().
  template <class Live>
  void shrink(std::size_t count, std::size_t open, Live&& live) noexcept {
    if ((open + count) * 8 > ring_.size()) return;
    drop_stale(live);
    try {
      resize(size_ + count);
    } catch (const std::bad_alloc&) {
      return;
    }
  }

  // REQUIRES: room. Entries come nearly sorted: threads that open buckets at the same moment may do
  // so out of the order of their events, so an entry may have to step over a few.
  void push(const Entry& entry) noexcept {
    assert(size_ < ring_.size());
    std::size_t at = size_++;
    for (; at > 0 && is_later((*this)[at - 1], entry); --at) ring_[place(at)] = (*this)[at - 1];
    ring_[place(at)] = entry;
  }

  // Drops what is stale and lets move(entry) change where the others' buckets are.
  template <class Live, class Move>
  void move_buckets(Live&& live, Move&& move) noexcept {
    drop_stale(live);
    for (std::size_t i = 0; i < size_; ++i) move(ring_[place(i)]);
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

  void resize(std::size_t capacity) {
    PageArray<Entry> ring(capacity);
    for (std::size_t i = 0; i < size_; ++i) ring[i] = (*this)[i];
    std::swap(ring_, ring);
    head_ = 0;
  }

  template <class Live>
  void drop_stale(Live&& live) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i)
      if (live((*this)[i])) ring_[place(kept++)] = (*this)[i];
    size_ = kept;
  }

  std::size_t place(std::size_t i) const noexcept {
    const std::size_t at = head_ + i;
    return at < ring_.size() ? at : at - ring_.size();
  }

  PageArray<Entry> ring_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::aggregate
