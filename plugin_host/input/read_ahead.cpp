#include "input/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir::host {

ReadAhead::ReadAhead(Fill fill) : fill_(std::move(fill)) {
  thread_ = std::jthread([this] { work(); });
}

ReadAhead::~ReadAhead() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void ReadAhead::work() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    changed_.wait(lock, [this] { return stopping_ || made_ - read_ < kBlocks; });
    if (stopping_) return;
    Block& next = block(made_);
    lock.unlock();
    std::exception_ptr thrown;
    try {
      next.bytes.resize(kBlock);
      next.filled = fill_(next.bytes);
    } catch (...) {
      next.filled = {};
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = std::move(thrown);
    ended_ = next.filled.size == 0;
    if (!ended_) ++made_;
    changed_.notify_all();
  }
}

std::size_t ReadAhead::read(std::span<char> out) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_ || made_ != read_; });
  if (made_ == read_) {
    if (thrown_) std::rethrow_exception(thrown_);
    return 0;
  }
  const Block& from = block(read_);
  lock.unlock();
  const std::size_t size = std::min(out.size(), from.filled.size - used_);
  std::memcpy(out.data(), from.bytes.data() + used_, size);
  used_ += size;
  if (used_ < from.filled.size) return size;
  used_ = 0;
  position_ = from.filled.position;
  lock.lock();
  ++read_;
  changed_.notify_all();
  return size;
}

}  // namespace weir::host
