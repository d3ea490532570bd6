#include "aggregate/stored_value.h"

#include <cstring>

#include "aggregate/number.h"

namespace weir::aggregate {

namespace {

using Size = std::uint32_t;

bool is_text(Kind kind) noexcept { return kind == Kind::text || kind == Kind::json; }
bool is_number_array(Kind kind) noexcept {
  return kind == Kind::integer_array || kind == Kind::float_array;
}

Size size_at(const char* at) noexcept {
  Size size;
  std::memcpy(&size, at, sizeof size);
  return size;
}

}  // namespace

std::size_t stored_size(const Value& value) noexcept {
  if (is_text(value.kind)) return value.size;
  if (is_number_array(value.kind)) return std::size_t{value.size} * 8;
  if (value.kind != Kind::text_array) return sizeof value.word;
  std::size_t bytes = value.size * sizeof(Size);
  for (std::uint32_t i = 0; i < value.size; ++i) bytes += value.pointer<TextRef>()[i].size;
  return bytes;
}

void store(char* to, const Value& value) noexcept {
  if (is_text(value.kind) || is_number_array(value.kind)) {
    std::memcpy(to, value.pointer<char>(), stored_size(value));
  } else if (value.kind != Kind::text_array) {
    std::memcpy(to, &value.word, sizeof value.word);
  } else {
    for (std::uint32_t i = 0; i < value.size; ++i) {
      const std::string_view text = value.pointer<TextRef>()[i].view();
      const auto size = static_cast<Size>(text.size());
      std::memcpy(to, &size, sizeof size);
      if (size > 0) std::memcpy(to + sizeof size, text.data(), size);
      to += sizeof size + size;
    }
  }
}

Value load(Kind kind, std::uint32_t size, const char* from, Bump& memory) {
  if (is_text(kind)) return {Value::address(memory.copy({from, size}).data()), size, kind};
  if (is_number_array(kind)) {
    char* const to = memory.take(std::size_t{size} * 8);
    std::memcpy(to, from, std::size_t{size} * 8);
    return Value::array(kind, to, size);
  }
  if (kind != Kind::text_array) {
    Value value{0, 0, kind};
    std::memcpy(&value.word, from, sizeof value.word);
    return value;
  }
  auto* const to = reinterpret_cast<TextRef*>(memory.take(size * sizeof(TextRef)));
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view text = memory.copy({from + sizeof(Size), size_at(from)});
    to[i] = {text.data(), text.size()};
    from += sizeof(Size) + text.size();
  }
  return Value::array(kind, to, size);
}

bool is_stored(Kind kind, std::uint32_t size, const char* at, const Value& value) noexcept {
  if (!is_text(kind) && kind < Kind::integer_array) {
    Value stored{0, 0, kind};
    std::memcpy(&stored.word, at, sizeof stored.word);
    stored = as_integer_if_whole(stored);
    const Value other = as_integer_if_whole(value);
    return stored.kind == other.kind && stored.word == other.word;
  }
  if (kind != value.kind || size != value.size) return false;
  if (kind != Kind::text_array)
    return std::memcmp(at, value.pointer<char>(), stored_size(value)) == 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view text = value.pointer<TextRef>()[i].view();
    const std::string_view stored(at + sizeof(Size), size_at(at));
    if (text != stored) return false;
    at += sizeof(Size) + stored.size();
  }
  return true;
}

std::size_t kept_room(const Value& value) noexcept {
  return BlockArena::rounded(stored_size(value));
}

void keep(KeptValue& kept, const Value& value, BlockArena& arena) noexcept {
  const std::size_t need = stored_size(value);
  if (need > kept.capacity) {
    if (kept.block != BlockArena::null) arena.give(kept.block, kept.capacity);
    kept.capacity = static_cast<std::uint32_t>(BlockArena::rounded(need));
    kept.block = arena.take(kept.capacity);
  }
  store(reinterpret_cast<char*>(arena.at(kept.block)), value);
  kept.size = value.size;
  kept.kind = value.kind;
}

Value kept_value(const KeptValue& kept, const BlockArena& arena, Bump& memory) {
  if (kept.kind == Kind::absent) return {};
  return load(kept.kind, kept.size, arena.as<char>(kept.block), memory);
}

Value kept_scalar(const KeptValue& kept, const BlockArena& arena) noexcept {
  if (kept.kind == Kind::text)
    return Value::of(std::string_view(arena.as<char>(kept.block), kept.size));
  if (kept.kind != Kind::integer && kept.kind != Kind::floating) return {};
  Value value{0, 0, kept.kind};
  std::memcpy(&value.word, arena.at(kept.block), sizeof value.word);
  return value;
}

void clear_kept(KeptValue& kept, BlockArena& arena) noexcept {
  if (kept.block != BlockArena::null) arena.give(kept.block, kept.capacity);
  kept = {};
}

}  // namespace weir::aggregate
