// Memory for the length of one chunk: taken piece by piece, given back all at once.
//
// take() is a pointer increment; a new block is allocated only while the largest chunk so far is
// being exceeded, so the steady state allocates nothing. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace weir {

class Bump {
 public:
  // 8-byte aligned. Throws bad_alloc.
  char* take(std::size_t size) {
    size = (size + 7) & ~std::size_t{7};
    if (static_cast<std::size_t>(end_ - next_) < size) grow(size);
    char* taken = next_;
    next_ += size;
    return taken;
  }

  // From now on pieces that take `size` bytes in all, each rounded up to 8, cannot fail. Throws
  // bad_alloc.
  void reserve(std::size_t size) {
    if (static_cast<std::size_t>(end_ - next_) < size) grow(size);
  }

  // With a NUL behind it, as the ABI promises of text.
  std::string_view copy(std::string_view text) {
    char* to = take(text.size() + 1);
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to[text.size()] = '\0';
    return {to, text.size()};
  }

  // Forgets all pieces. Keeps the largest block; the rest goes.
  void reset() noexcept {
    if (blocks_.empty()) return;
    if (blocks_.size() > 1) {
      auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                      [](auto& a, auto& b) { return a.size < b.size; });
      std::swap(*largest, blocks_.front());
      blocks_.resize(1);
    }
    next_ = blocks_.front().bytes.get();
    end_ = next_ + blocks_.front().size;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  static constexpr std::size_t first_block = 16 * 1024;

  void grow(std::size_t size) {
    const std::size_t last = blocks_.empty() ? first_block / 2 : blocks_.back().size;
    const std::size_t next = std::max(size, last * 2);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(next), next});
    next_ = blocks_.back().bytes.get();
    end_ = next_ + next;
  }

  std::vector<Block> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace weir
