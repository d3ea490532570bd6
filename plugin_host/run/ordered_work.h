// A line of pieces of work on several threads: one thread at a time takes the next piece, all work
// on theirs at once, and the pieces are finished one after the other in the order in which they
// were taken. So what is finished does not depend on the number of threads.
//
// A piece has a slot, for what is kept of it between the stages; at most so many pieces are under
// way, and a slot is used again when its piece is finished. The thread that runs the line is one of
// the threads; the others are started with the second piece, for less than that is not worth it.
//
// An exception of a stage counts as its piece: what was taken before is finished, then it is thrown
// by run(). Costs: a few locks a piece, so pieces should take far longer than that (a block of
// lines takes a millisecond); nothing is allocated for a piece.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weir::host {

class OrderedWork {
 public:
  struct Stages {
    std::function<bool(std::size_t slot)> take;    // false: there is no more
    std::function<void(std::size_t slot)> work;    // several threads at once
    std::function<void(std::size_t slot)> finish;  // in order
  };

  // REQUIRES: at least one thread and one slot.
  OrderedWork(unsigned threads, std::size_t slots, Stages stages);
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  // To the end, once. Throws what a stage threw, and Failure(runtime) when a thread cannot be
  // started.
  void run();

  // For `take`, while it waits for something: calls the function when no piece is being finished,
  // and keeps pieces from being finished meanwhile. Throws what the function throws.
  void between_pieces(const std::function<void()>& function);
  // Likewise: whether the line has failed, so that what `take` waits for is not wanted any more.
  bool failed();

 private:
  class Finishing;
  using Lock = std::unique_lock<std::mutex>;

  void take_part() noexcept;
  void wake_one() noexcept;
  bool may_take() const noexcept;
  bool may_finish() const noexcept;
  void take_piece(Lock& lock);
  void finish_piece(Lock& lock);
  void start_threads();
  std::size_t slot(std::uint64_t piece) const noexcept { return piece % worked_.size(); }

  const unsigned threads_;
  const Stages stages_;
  std::vector<std::jthread> started_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable something_to_do_;
  std::condition_variable not_finishing_;   // for between_pieces(), in which one is at a time
  std::vector<char> worked_;                // by slot: it may be finished
  std::vector<std::exception_ptr> thrown_;  // by slot: instead
  std::uint64_t taken_ = 0;
  std::uint64_t finished_ = 0;
  bool taking_ = false;
  bool finishing_ = false;
  bool no_more_ = false;
  std::exception_ptr failure_;
};

}  // namespace weir::host
