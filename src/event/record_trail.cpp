#include "event/record_trail.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "base/secret.h"

namespace weir {

namespace {

constexpr std::size_t max_key = 256;  // bytes; a longer one is looked up each time

}  // namespace

RecordTrail::RecordTrail() : table_(2 * max_steps), seed_(process_secret()) {
  met_.reserve(max_steps);
  met_.emplace_back();
}

void RecordTrail::forget(const KeyTree& keys) {
  met_.clear();
  met_.emplace_back();
  std::fill(table_.begin(), table_.end(), unknown);
  serial_ = keys.serial();
}

std::size_t RecordTrail::place(std::string_view key) const noexcept {
  const std::size_t bound = table_.size() - 1;
  std::size_t at = XXH3_64bits_withSeed(key.data(), key.size(), seed_) & bound;
  while (table_[at] != unknown && met_[table_[at]].key != key) at = (at + 1) & bound;
  return at;
}

RecordTrail::Step RecordTrail::look_up(const KeyTree& keys, std::string_view key, Step behind) {
  Step& found = table_[place(key)];
  if (found == unknown) {
    if (met_.size() == max_steps || key.size() > max_key) {
      met_[unknown].leads_to = keys.find(KeyTree::top, key);
      return unknown;
    }
    Met met;
    met.key = key;
    met.leads_to = keys.find(KeyTree::top, key);
    met_.push_back(std::move(met));
    found = static_cast<Step>(met_.size() - 1);
  }
  return met_[behind].next = found;
}

}  // namespace weir
