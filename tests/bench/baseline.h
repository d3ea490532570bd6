// What one would write by hand around a concurrent map of groups: the same fields looked up by id,
// a text key that is compared whole, one accessor an event, the same count, sums and times, and the
// group forgotten at the threshold. It does less: no types, no checks, no lifetimes, no statistics,
// and the outputs are only counted.
#pragma once

#include <tbb/concurrent_hash_map.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "weir/weir.h"

namespace bench {

class Baseline {
 public:
  Baseline();

  // Returns how many groups reached the threshold. Several threads may feed.
  std::uint64_t feed(std::span<const weir_event> events) {
    std::uint64_t outputs = 0;
    const weir_field* found[wanted];
    std::string key;
    for (const weir_event& event : events) {
      look_up(event, found);
      write_key(found, key);
      Groups::accessor group;
      groups_.insert(group, key);
      Group& of = group->second;
      of.in += found[first_sum]->word;
      of.out += found[first_sum + 1]->word;
      of.first = std::min(of.first, found[time]->word);
      of.last = std::max(of.last, found[time]->word);
      if (++of.count == threshold) {
        groups_.erase(group);
        ++outputs;
      }
    }
    return outputs;
  }

  std::size_t size() const { return groups_.size(); }

 private:
  static constexpr std::uint32_t threshold = 100;
  static constexpr std::size_t keys = 6, first_sum = 6, time = 8, wanted = 9;

  struct Group {
    std::uint64_t in = 0, out = 0, first = ~std::uint64_t{0}, last = 0;
    std::uint32_t count = 0;
  };
  using Groups = tbb::concurrent_hash_map<std::string, Group>;

  // Of two fields with the same id the last counts; every event here has all of them.
  void look_up(const weir_event& event, const weir_field** found) const {
    for (std::uint64_t i = 0; i < event.field_count; ++i) {
      const weir_field& field = event.fields[i];
      if (const std::size_t place = places_[field.id]; place < wanted) found[place] = &field;
    }
  }
  static void write_key(const weir_field* const* found, std::string& key) {
    key.clear();
    for (std::size_t i = 0; i < keys; ++i) {
      const weir_field& field = *found[i];
      key += static_cast<char>(field.kind);
      if (field.kind == WEIR_TEXT) {
        key += static_cast<char>(field.size);
        key.append(reinterpret_cast<const char*>(field.word), field.size);
      } else {
        key.append(reinterpret_cast<const char*>(&field.word), sizeof field.word);
      }
    }
  }

  std::vector<std::uint8_t> places_;  // by field id; `wanted`: not one of them
  Groups groups_;
};

inline Baseline::Baseline() : places_(WEIR_MAX_FIELD_IDS, wanted) {
  std::uint8_t place = 0;
  for (const std::string_view name :
       {"SourceAddress", "DestinationAddress", "DestinationPort", "TransportProtocol",
        "DeviceVendor", "DeviceProduct", "BytesIn", "BytesOut", "Timestamp"}) {
    std::uint32_t id = 0;
    weir_field_id(name.data(), name.size(), &id, nullptr);
    places_[id] = place++;
  }
}

}  // namespace bench
