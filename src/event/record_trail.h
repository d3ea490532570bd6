// The keys that records had, and which followed which.
//
// Records of one source have the same keys in much the same order. So each key that was met
// remembers what it leads to and which key came behind it the last time: the next one is found with
// a comparison, and one that is not the expected one with a look-up by hash.
//
// Bounded: when too many keys have been met, all are forgotten and met anew. One thread; allocates
// only when made, and for keys that are new.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "event/key_tree.h"

namespace weir {

class RecordTrail {
 public:
  using Step = std::uint32_t;
  // Of a key that is not remembered, and before the first.
  static constexpr Step unknown = 0;
  static constexpr std::size_t max_steps = 1024;

  RecordTrail();

  // Before each record. Forgets what was met with other keys.
  void follow(const KeyTree& keys) {
    if (keys.serial() != serial_ || met_.size() == max_steps) forget(keys);
  }

  // The step of a key that comes behind another.
  Step find(const KeyTree& keys, std::string_view key, Step behind) {
    const Step guess = met_[behind].next;
    const Met& met = met_[guess];
    const bool same = guess != unknown && met.key.size() == key.size() &&
                      equal_bytes(met.key.data(), key.data(), key.size());
    return same ? guess : look_up(keys, key, behind);
  }
  // What it leads to; of the unknown step what its last key does.
  const KeyTree::Key& key(Step step) const noexcept { return met_[step].leads_to; }

 private:
  struct Met {
    std::string key;
    KeyTree::Key leads_to;
    Step next = unknown;  // behind it
  };

  void forget(const KeyTree& keys);
  Step look_up(const KeyTree& keys, std::string_view key, Step behind);
  std::size_t place(std::string_view key) const noexcept;

  std::vector<Met> met_;     // never moves
  std::vector<Step> table_;  // by key: open addressing, at most half full
  std::uint64_t serial_ = 0;
  std::uint64_t seed_;  // so that nobody can choose keys that collide
};

}  // namespace weir
