// What a million entries take, by the table's own count and by the C library's.

#include <malloc.h>

#include "rows.h"

namespace weir::lookup {
namespace {

// A sanitizer has its own memory, of which the C library knows nothing.
#ifdef WEIR_SANITIZED
constexpr bool has_mallinfo = false;
#else
constexpr bool has_mallinfo = true;
#endif

std::size_t allocated() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(Memory, IsAtMostAHundredBytesAnEntryBesideKeyAndValue) {
  for (const int entries : {1'000'000, 800'000}) {  // soon after the slots have doubled, and later
    const std::size_t before = allocated();
    Table table(fixed_shape(Kind::dictionary));
    std::size_t own = 0;
    for (int i = 0; i < entries; ++i) {
      const std::string key = "host-" + std::to_string(i), text = "value of " + key;
      const Value value = Value::of(std::string_view(text));
      table.put(key, {&value, 1}, {});
      own += key.size() + text.size();
    }
    const auto overhead = static_cast<double>(table.bytes() - own) / entries;
    EXPECT_LE(overhead, 100);
    EXPECT_GE(overhead, 40);  // less cannot be true
    if (!has_mallinfo) continue;
    // The slots come from the system, not from the C library.
    const std::size_t slots = std::size_t{16} << 21;
    const auto real = static_cast<double>(allocated() - before + slots);
    EXPECT_NEAR(static_cast<double>(table.bytes()) / real, 1, 0.15);
  }
}

TEST(Memory, GoesBackWithTheEntries) {
  Table table(fixed_shape(Kind::dictionary));
  const std::size_t empty = table.bytes();
  const Value value = Value::of(std::string_view("value"));
  for (int i = 0; i < 1000; ++i) table.put(std::to_string(i), {&value, 1}, {});
  EXPECT_GT(table.bytes(), empty + 1000 * 40);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(table.erase(std::to_string(i)));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_LE(table.bytes(), empty + 1024);
}

}  // namespace
}  // namespace weir::lookup
