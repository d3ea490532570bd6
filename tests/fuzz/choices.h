// The bytes of a fuzzer as choices, read from the front: small numbers, texts, odd values. Past the
// end every choice is the first one.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) noexcept : data_(data), size_(size) {}

  bool empty() const noexcept { return size_ == 0; }
  std::uint8_t byte() noexcept {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  // One of the numbers below `count`. REQUIRES: 0 < count <= 256
  std::size_t below(std::size_t count) noexcept { return byte() % count; }
  bool one_in(std::size_t count) noexcept { return below(count) == count - 1; }

  template <class T, std::size_t count>
  const T& one_of(const T (&values)[count]) noexcept {
    return values[below(count)];
  }

  // Small, any, or at an end.
  std::int64_t integer() noexcept {
    using Limits = std::numeric_limits<std::int64_t>;
    switch (below(8)) {
      case 5:
        return Limits::max() - byte();
      case 6:
        return Limits::min() + byte();
      case 7: {
        std::uint64_t all = 0;
        for (int i = 0; i < 8; ++i) all = all << 8U | byte();
        return static_cast<std::int64_t>(all);
      }
      default:
        return static_cast<std::int8_t>(byte());
    }
  }

  double floating() noexcept {
    using Limits = std::numeric_limits<double>;
    static constexpr double odd[] = {0.0,           -0.0,
                                     1e300,         -1e300,
                                     Limits::max(), Limits::denorm_min(),
                                     9.3e18,        Limits::infinity(),
                                     -9.3e18,       Limits::quiet_NaN()};
    return one_in(3) ? one_of(odd) : static_cast<double>(integer()) / 4;
  }

  // As many bytes as there are, at most `most`.
  std::string_view bytes(std::size_t most) noexcept {
    const std::size_t size = std::min(most, size_);
    const std::string_view taken(reinterpret_cast<const char*>(data_), size);
    data_ += size;
    size_ -= size;
    return taken;
  }
  std::string_view rest() noexcept { return bytes(size_); }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

// Memory that a call borrows: each piece a block of its own, whose end a sanitizer knows.
class Lent {
 public:
  const char* text(std::string_view text) {
    blocks_.push_back(std::make_unique<char[]>(text.size()));
    if (!text.empty()) std::memcpy(blocks_.back().get(), text.data(), text.size());
    return blocks_.back().get();
  }
  template <class T>
  const T* array(const std::vector<T>& values) {
    const std::string_view bytes(reinterpret_cast<const char*>(values.data()),
                                 values.size() * sizeof(T));
    return reinterpret_cast<const T*>(text(bytes));
  }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace fuzz
