// Lines that wait to be sent, in a ring of bytes. What has been sent of a line stays until all of
// it is, so that it can be sent again from its beginning over another connection. Not thread-safe.
//
// Costs: a copy in and a copy out. Memory: the limit, once that much has waited; a line that is
// longer than the limit gets what it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weir::host {

class LineQueue {
 public:
  explicit LineQueue(std::size_t limit) : limit_(limit) {}

  // Takes as many of the bytes as there is room for; returns how many. May throw bad_alloc.
  std::size_t append(std::string_view bytes);
  // Copies bytes that have not been sent; returns how many.
  std::size_t peek(std::span<char> out) const noexcept;
  // The next bytes have been sent. Lines that are sent whole are forgotten.
  void sent(std::size_t count) noexcept;
  // Begins the first line that is not sent whole from its beginning again.
  void rewind() noexcept { sent_ = 0; }

  // Bytes that are kept, and those that have not been sent.
  std::size_t size() const noexcept { return size_; }
  std::size_t unsent() const noexcept { return size_ - sent_; }
  // Lines that are not sent whole.
  std::uint64_t lines() const noexcept { return lines_; }
  std::uint64_t lines_sent() const noexcept { return lines_sent_; }

 private:
  void grow(std::size_t wanted);
  void copy_out(std::size_t from, std::span<char> out) const noexcept;

  std::size_t limit_;
  std::vector<char> ring_;
  std::size_t begin_ = 0;  // of the first line, in the ring
  std::size_t size_ = 0;   // from there on
  std::size_t sent_ = 0;   // of the first line
  std::uint64_t lines_ = 0;
  std::uint64_t lines_sent_ = 0;
};

}  // namespace weir::host
