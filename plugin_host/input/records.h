// Messages as records: what the readers of formats fill, and the library is fed with. Texts borrow
// from the messages, or lie in memory that is kept from batch to batch: nothing is allocated a
// message in the steady state. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "weir/weir.h"

namespace weir::host {

// A line of a file, a datagram, a frame of a stream.
struct Message {
  std::string_view text;
  std::uint64_t number = 0;  // in its source, from 1
  std::int64_t arrived = 0;  // ns since the epoch, for times that say no year; 0: not known
};

class Records {
 public:
  // Begins a record; what is added next belongs to it. The message must stay until clear().
  void begin(const Message& message, std::uint32_t preset);
  // The mapping of the record, when its reader knows better.
  void set_preset(std::uint32_t preset) noexcept { records_.back().preset = preset; }

  // Keys and texts are borrowed. An empty text is an absent value.
  void add(std::string_view key, std::string_view text);
  void add_integer(std::string_view key, std::int64_t number);
  void add_float(std::string_view key, double number);
  void add_bool(std::string_view key, bool truth);
  // kind: WEIR_INTEGER_ARRAY, WEIR_FLOAT_ARRAY or WEIR_TEXT_ARRAY, with elements as in weir_field.
  void add_array(std::string_view key, std::uint32_t kind, const void* elements, std::size_t count);

  // The message cannot be read: what was added is forgotten. reason: one clause, lower case;
  // offset: of the culprit in the message, bytes, or none.
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  void reject(std::string_view reason, std::size_t offset = nowhere);
  // The message is no event: takes the record back.
  void drop() noexcept;

  // Memory until clear(), 8-byte aligned.
  char* take(std::size_t size);
  std::string_view copy(std::string_view text);
  // Keeps what keys and texts lie in, until clear().
  template <typename T>
  void keep(const std::shared_ptr<T>& memory) {
    if (kept_.empty() || kept_.back().get() != memory.get()) kept_.push_back(memory);
  }

  std::size_t size() const noexcept { return records_.size(); }
  bool empty() const noexcept { return records_.empty(); }
  // Valid until the next change.
  std::span<const weir_record> all();
  void clear() noexcept;

 private:
  static constexpr std::size_t kBlock = 64 * 1024;
  static constexpr std::size_t kKeptBlocks = 64;  // by clear()

  void add(std::string_view key, std::uint32_t kind, std::size_t size, std::uint64_t word);

  std::vector<weir_record> records_;  // members and member_count are filled in by all()
  std::vector<std::size_t> begins_;   // of each record's members
  std::vector<weir_member> members_;
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // in use
  std::size_t used_ = 0;   // of it
  std::vector<std::shared_ptr<const void>> kept_;
};

}  // namespace weir::host
