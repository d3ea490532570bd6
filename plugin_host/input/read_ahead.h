// Bytes that a thread of its own makes, a few blocks ahead of who reads them: decompression beside
// parsing. Costs: two locks a block and a copy. Memory: kBlocks blocks, from the first read on.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace weir::host {

class ReadAhead {
 public:
  struct Filled {
    std::size_t size = 0;        // 0: the end
    std::uint64_t position = 0;  // of the source behind these bytes
  };
  // Called by the thread, until the end or until it throws.
  using Fill = std::function<Filled(std::span<char>)>;

  // Throws std::system_error when there can be no thread.
  explicit ReadAhead(Fill fill);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead();  // waits for a fill that is under way

  // Waits for bytes; 0 at the end. Throws what `fill` threw, behind the bytes before that.
  std::size_t read(std::span<char> out);
  // Behind the block that was read last.
  std::uint64_t position() const noexcept { return position_; }

 private:
  static constexpr std::size_t kBlocks = 4;
  static constexpr std::size_t kBlock = std::size_t{256} << 10;  // fits a core's cache

  struct Block {
    std::vector<char> bytes;
    Filled filled;
  };
  Block& block(std::uint64_t number) noexcept { return blocks_[number % kBlocks]; }
  void work();

  const Fill fill_;
  std::array<Block, kBlocks> blocks_;
  std::size_t used_ = 0;  // of the block that is being read
  std::uint64_t position_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::uint64_t made_ = 0;
  std::uint64_t read_ = 0;
  bool ended_ = false;
  bool stopping_ = false;
  std::exception_ptr thrown_;
  std::jthread thread_;
};

}  // namespace weir::host
