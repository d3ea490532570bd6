#include "event/json_keys.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <atomic>
#include <bit>

namespace weir {

JsonKeys::JsonKeys(const SlotMap& slots) : width_(slots.size()) {
  static std::atomic<std::uint64_t> last = 0;
  serial_ = last.fetch_add(1, std::memory_order_relaxed) + 1;
  std::vector<Entry> top, extra;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto slot = static_cast<Slot>(i);
    const FieldId id = slots.field(slot);
    const std::string_view name = field_name(id);
    const Target target{slot, slots.type(slot)};
    top.push_back({name, target});
    if (!is_extra(id)) continue;
    extra.push_back({name.substr(std::string_view("Extra.").size()), target});
    extra_slots_.push_back(slot);
  }
  build(top_, top);
  build(extra_, extra);
}

void JsonKeys::build(Table& table, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  table.resize(std::bit_ceil(entries.size() * 2));
  const std::size_t mask = table.size() - 1;
  for (const Entry& entry : entries) {
    std::size_t at = XXH3_64bits(entry.key.data(), entry.key.size()) & mask;
    while (table[at].key.data() != nullptr) at = (at + 1) & mask;
    table[at] = entry;
  }
}

const JsonKeys::Target* JsonKeys::find(std::string_view key, const Table& table) noexcept {
  if (table.empty()) return nullptr;
  const std::size_t mask = table.size() - 1;
  for (std::size_t at = XXH3_64bits(key.data(), key.size()) & mask; table[at].key.data() != nullptr;
       at = (at + 1) & mask)
    if (table[at].key == key) return &table[at].target;
  return nullptr;
}

}  // namespace weir
