#include "lookup/row.h"

#include <malloc.h>

#include <cstring>
#include <limits>
#include <new>

#include "base/bytes.h"

namespace weir::lookup {

namespace {

// What the C library keeps beside each piece of memory.
constexpr std::size_t piece_header = sizeof(std::size_t);

bool has_text(const Value& value) noexcept {
  return value.kind == weir::Kind::text || value.kind == weir::Kind::json;
}

std::size_t array_bytes(const Value& value) noexcept {
  const std::size_t each =
      value.kind == weir::Kind::text_array ? sizeof(TextRef) : sizeof(std::uint64_t);
  return value.size * each;
}

// The bytes behind the key: arrays, which are aligned, and then texts.
struct Extent {
  std::size_t arrays = 0;
  std::size_t texts = 0;
};

Extent measure(std::span<const Value> values) noexcept {
  Extent extent;
  for (const Value& value : values) {
    if (is_absent(value)) continue;
    if (has_text(value)) extent.texts += value.size + 1;
    if (!is_array(value.kind)) continue;
    extent.arrays += array_bytes(value);
    if (value.kind != weir::Kind::text_array) continue;
    for (std::uint32_t i = 0; i < value.size; ++i)
      extent.texts += value.pointer<TextRef>()[i].size + 1;
  }
  return extent;
}

// Writes what values point to behind them.
class Writer {
 public:
  Writer(char* arrays, char* texts) noexcept : arrays_(arrays), texts_(texts) {}

  Value copy(const Value& value) noexcept {
    if (is_absent(value)) return {};
    if (has_text(value)) return {Value::address(text(value.text())), value.size, value.kind};
    if (!is_array(value.kind)) return value;
    char* const to = arrays_;
    arrays_ += array_bytes(value);
    if (value.kind != weir::Kind::text_array) {
      std::memcpy(to, value.pointer<char>(), array_bytes(value));
    } else {
      for (std::uint32_t i = 0; i < value.size; ++i) {
        const std::string_view element = value.pointer<TextRef>()[i].view();
        new (to + i * sizeof(TextRef)) TextRef{text(element), element.size()};
      }
    }
    return Value::array(value.kind, to, value.size);
  }

 private:
  const char* text(std::string_view from) noexcept {
    char* const to = texts_;
    copy_bytes(to, from.data(), from.size());
    to[from.size()] = '\0';
    texts_ += from.size() + 1;
    return to;
  }

  char* arrays_;
  char* texts_;
};

}  // namespace

void FreeRow::operator()(Row* row) const noexcept { ::operator delete(row); }

OwnedRow make_row(std::string_view key, std::span<const Value> values, std::int64_t deadline) {
  if (key.size() > std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc();
  const Extent extent = measure(values);
  const std::size_t key_at = sizeof(Row) + values.size_bytes();
  const std::size_t key_end = key_at + key.size();
  const std::size_t arrays_at = extent.arrays == 0 ? key_end : (key_end + 7) & ~std::size_t{7};
  const std::size_t texts_at = arrays_at + extent.arrays;
  char* const memory = static_cast<char*>(::operator new(texts_at + extent.texts));
  OwnedRow row(new (memory) Row{deadline, static_cast<std::uint32_t>(key.size()),
                                static_cast<std::uint32_t>(values.size())});
  copy_bytes(memory + key_at, key.data(), key.size());
  Writer writer(memory + arrays_at, memory + texts_at);
  for (std::size_t i = 0; i < values.size(); ++i)
    new (memory + sizeof(Row) + i * sizeof(Value)) Value(writer.copy(values[i]));
  return row;
}

std::size_t memory_of(const Row& row) noexcept {
  return malloc_usable_size(const_cast<Row*>(&row)) + piece_header;
}

}  // namespace weir::lookup
