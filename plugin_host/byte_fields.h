// Numbers and texts as bytes, for what a program writes for itself: numbers of eight bytes, little
// endian, texts behind their size.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir::host {

class ByteWriter {
 public:
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(value >> shift & 0xff);
  }
  void flag(bool value) { out_ += value ? '\1' : '\0'; }
  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }

  const std::string& bytes() const noexcept { return out_; }
  std::string take() noexcept { return std::move(out_); }

 private:
  std::string out_;
};

// What ends too early reads as zeros and empty texts from there on, and is not good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::uint64_t number() noexcept {
    const std::string_view bytes = take(8);
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  template <typename Number>
  Number number_as() noexcept {
    return static_cast<Number>(number());
  }
  bool flag() noexcept { return take(1) == std::string_view("\1", 1); }
  // In the bytes.
  std::string_view text() noexcept { return take(number()); }
  // How many parts follow, of at least a byte each.
  std::size_t count() noexcept {
    const std::uint64_t count = number();
    if (count <= rest_.size()) return static_cast<std::size_t>(count);
    good_ = false;
    return 0;
  }

  bool good() const noexcept { return good_; }
  bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view take(std::uint64_t size) noexcept {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const std::string_view bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace weir::host
