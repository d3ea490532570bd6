#include "lookup/mmdb_check.h"

#include <array>

#include "base/text.h"

namespace weir::lookup {

namespace {

constexpr unsigned extended = 0, pointer = 1, text = 2, double_type = 3, bytes = 4, uint16 = 5,
                   uint32 = 6, map = 7, int32 = 8, uint64 = 9, uint128 = 10, array = 11,
                   boolean = 14, float_type = 15;

// libmaxminddb reads nested values by recursion, and a record item by item.
constexpr std::size_t most_levels = 32;
constexpr std::size_t most_items = 65'536;

bool is_size_of(unsigned type, std::uint64_t size) noexcept {
  switch (type) {
    case text:
    case bytes:
    case map:
    case array:
      return true;
    case double_type:
      return size == 8;
    case float_type:
      return size == 4;
    case uint16:
      return size <= 2;
    case uint32:
    case int32:
      return size <= 4;
    case uint64:
      return size <= 8;
    case uint128:
      return size <= 16;
    case boolean:
      return size <= 1;
    default:
      return false;  // of a cache, or of nobody
  }
}

// Bytes that follow the item; the items of a map or an array are items of their own.
std::uint64_t payload(unsigned type, std::uint64_t size) noexcept {
  return type == map || type == array || type == boolean || type == pointer ? 0 : size;
}

}  // namespace

// Leaves `at` behind the control bytes.
MmdbCheck::Item MmdbCheck::read_item(std::uint64_t& at) const {
  if (!has_room(at, 1)) return {};
  const std::uint64_t control = byte(at++);
  const auto number = [&](std::uint64_t count, std::uint64_t from) {
    for (; count > 0; --count) from = from << 8 | byte(at++);
    return from;
  };
  Item item{static_cast<unsigned>(control >> 5), control & 0x1F};
  if (item.type == pointer) {
    const std::uint64_t count = (control >> 3 & 3) + 1;
    constexpr std::array<std::uint64_t, 4> base{0, 2048, 526'336, 0};
    if (!has_room(at, count)) return {};
    item.size = number(count, count == 4 ? 0 : control & 7) + base[count - 1];
    item.good = true;
    return item;
  }
  if (item.type == extended) {
    if (!has_room(at, 1)) return {};
    item.type = static_cast<unsigned>(byte(at++)) + 7;
    if (item.type <= map) return {};
  }
  if (item.size >= 29) {
    const std::uint64_t count = item.size - 28;
    constexpr std::array<std::uint64_t, 3> base{29, 285, 65'821};
    if (!has_room(at, count)) return {};
    item.size = number(count, 0) + base[count - 1];
  }
  item.good = is_size_of(item.type, item.size) && has_room(at, payload(item.type, item.size));
  return item;
}

// `at`: behind the control bytes.
bool MmdbCheck::is_text(const Item& item, std::uint64_t at) const {
  if (item.type != pointer)
    return item.type == text &&
           find_invalid_utf8(section_.substr(at, item.size)) == std::string_view::npos;
  std::uint64_t target = item.size;
  const Item one = read_item(target);
  return one.good && one.type != pointer && is_text(one, target);
}

bool MmdbCheck::check_value(std::uint64_t at) {
  struct Level {
    std::uint64_t left;  // items
    bool is_map;
  };
  std::array<Level, most_levels> levels;
  std::size_t depth = 0, items = 0;
  levels[depth++] = {1, false};
  while (depth > 0) {
    Level& level = levels[depth - 1];
    if (level.left == 0) {
      --depth;
      continue;
    }
    const bool is_key = level.is_map && level.left % 2 == 0;
    --level.left;
    const Item item = read_item(at);
    if (!item.good || ++items > most_items) return false;
    if ((is_key || item.type == text) && !is_text(item, at)) return false;
    if (item.type == pointer) targets_.push_back(item.size);
    at += payload(item.type, item.size);
    if (item.type != map && item.type != array) continue;
    if (item.size > most_items || depth == most_levels) return false;
    levels[depth++] = {item.type == map ? item.size * 2 : item.size, item.type == map};
  }
  return true;
}

bool MmdbCheck::is_sound(std::uint64_t offset) {
  if (offset >= section_.size()) return false;
  if (seen_[offset]) return true;
  seen_[offset] = true;
  targets_.clear();
  if (!check_value(offset)) return false;
  while (!targets_.empty()) {
    std::uint64_t target = targets_.back();
    targets_.pop_back();
    if (target >= section_.size()) return false;
    if (seen_[target]) continue;
    seen_[target] = true;
    std::uint64_t at = target;
    if (read_item(at).type == pointer || !check_value(target)) return false;
  }
  return true;
}

}  // namespace weir::lookup
