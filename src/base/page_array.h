// An array of zeros of a size that is chosen once; large ones lie in huge pages.
//
// A look-up in a large table at random costs a TLB miss beside the cache miss when pages are small,
// and touching a page first costs four times as much.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "base/mapped_memory.h"

namespace weir {

template <class T>
class PageArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  PageArray() = default;
  // Throws bad_alloc.
  explicit PageArray(std::size_t size) : data_(allocate(size)), size_(size) {}
  PageArray(PageArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  PageArray& operator=(PageArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~PageArray() {
    if (bytes() >= mapped)
      unmap_memory(data_, rounded(bytes()));
    else
      ::operator delete(data_);
  }

  T& operator[](std::size_t i) noexcept { return data_[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }
  std::size_t size() const noexcept { return size_; }
  std::size_t bytes() const noexcept { return size_ * sizeof(T); }
  bool empty() const noexcept { return size_ == 0; }

 private:
  static constexpr std::size_t mapped = 128 * 1024;

  static std::size_t rounded(std::size_t bytes) noexcept {
    return (bytes + 4095) & ~std::size_t{4095};
  }

  static T* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    if (size > static_cast<std::size_t>(-1) / 4 / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = size * sizeof(T);
    if (bytes < mapped) {
      void* const data = ::operator new(bytes);
      return static_cast<T*>(std::memset(data, 0, bytes));
    }
    return static_cast<T*>(map_memory(rounded(bytes)));
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace weir
