#include "base/page_array.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace weir {
namespace {

TEST(PageArray, IsOfZerosHoweverLarge) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{1000}, std::size_t{1} << 18, (std::size_t{1} << 20) + 3}) {
    const PageArray<std::uint64_t> array(size);
    EXPECT_EQ(array.size(), size);
    EXPECT_EQ(array.bytes(), size * 8);
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < size; ++i) all |= array[i];
    EXPECT_EQ(all, 0U);
  }
}

TEST(PageArray, ThatFindsNoMemoryThrows) {
  EXPECT_THROW(PageArray<std::uint64_t>(std::size_t{1} << 59), std::bad_alloc);
  EXPECT_THROW(PageArray<std::uint64_t>(~std::size_t{0}), std::bad_alloc);
}

TEST(PageArray, HandsItsMemoryOn) {
  PageArray<std::uint32_t> first(10), second;
  first[9] = 7;
  second = std::move(first);
  EXPECT_EQ(second[9], 7U);
  PageArray<std::uint32_t> third(std::move(second));
  EXPECT_EQ(third.size(), 10U);
  EXPECT_TRUE(second.empty());
}

}  // namespace
}  // namespace weir
