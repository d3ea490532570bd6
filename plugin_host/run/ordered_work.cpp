#include "run/ordered_work.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "failure.h"

namespace weir::host {
namespace {

// The exception of a call, or none.
template <typename Call>
std::exception_ptr caught(Call&& call) noexcept {
  try {
    call();
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

// The right to finish pieces, for as long as it lives. REQUIRES: nobody has it, the lock is held
// when it begins; the lock is held again when it has ended.
class OrderedWork::Finishing {
 public:
  Finishing(OrderedWork& line, Lock& lock) : line_(line), lock_(lock) {
    line_.finishing_ = true;
    line_.wake_one();
    lock_.unlock();
  }
  Finishing(const Finishing&) = delete;
  Finishing& operator=(const Finishing&) = delete;
  ~Finishing() {
    lock_.lock();
    line_.finishing_ = false;
    line_.not_finishing_.notify_one();
  }

 private:
  OrderedWork& line_;
  Lock& lock_;
};

OrderedWork::OrderedWork(unsigned threads, std::size_t slots, Stages stages)
    : threads_(threads), stages_(std::move(stages)), worked_(slots), thrown_(slots) {}

void OrderedWork::run() {
  take_part();
  for (std::jthread& thread : started_) thread.join();
  if (failure_) std::rethrow_exception(failure_);
}

bool OrderedWork::may_take() const noexcept {
  return !taking_ && !no_more_ && taken_ - finished_ < worked_.size();
}

bool OrderedWork::may_finish() const noexcept {
  return !finishing_ && finished_ < taken_ && worked_[slot(finished_)] != 0;
}

// Who is awake looks for the next thing to do by itself, so another is woken only when there is one
// more: waking all of many threads for each piece would keep them at that.
void OrderedWork::wake_one() noexcept {
  if (may_finish() || may_take()) something_to_do_.notify_one();
}

void OrderedWork::take_part() noexcept {
  Lock lock(mutex_);
  while (!failure_ && !(no_more_ && finished_ == taken_)) {
    if (may_finish()) {
      finish_piece(lock);  // first, for it makes room
    } else if (may_take()) {
      take_piece(lock);
    } else {
      something_to_do_.wait(lock);
    }
  }
  something_to_do_.notify_all();
}

// Takes a piece and works on it.
void OrderedWork::take_piece(Lock& lock) {
  taking_ = true;
  const std::size_t here = slot(taken_);
  lock.unlock();
  bool more = false;
  std::exception_ptr thrown = caught([&] { more = stages_.take(here); });
  if (!thrown && more) thrown = caught([&] { start_threads(); });
  lock.lock();
  taking_ = false;
  no_more_ = !more || thrown;
  if (!more && !thrown) return;
  ++taken_;
  if (!thrown) {
    wake_one();
    lock.unlock();
    thrown = caught([&] { stages_.work(here); });
    lock.lock();
  }
  worked_[here] = 1;
  thrown_[here] = std::move(thrown);
}

void OrderedWork::finish_piece(Lock& lock) {
  const std::size_t here = slot(finished_);
  std::exception_ptr thrown = std::exchange(thrown_[here], nullptr);
  if (!thrown) {
    const Finishing finishing(*this, lock);
    thrown = caught([&] { stages_.finish(here); });
  }
  worked_[here] = 0;
  ++finished_;
  if (thrown && !failure_) failure_ = std::move(thrown);
}

// Called by who takes, so by one thread at a time.
void OrderedWork::start_threads() {
  if (taken_ == 0 || !started_.empty()) return;
  started_.reserve(threads_);
  try {
    while (started_.size() + 1 < threads_) started_.emplace_back([this] { take_part(); });
  } catch (const std::system_error& error) {
    throw Failure(Exit::runtime, fmt::format("cannot start {} threads: {}; ask for fewer workers",
                                             threads_, error_text(error.code().value())));
  }
}

void OrderedWork::between_pieces(const std::function<void()>& function) {
  Lock lock(mutex_);
  not_finishing_.wait(lock, [this] { return !finishing_; });
  const std::exception_ptr thrown = [&] {
    const Finishing finishing(*this, lock);
    return caught(function);
  }();
  wake_one();  // who takes goes on with that
  if (thrown) std::rethrow_exception(thrown);
}

bool OrderedWork::failed() {
  const Lock lock(mutex_);
  return failure_ != nullptr;
}

}  // namespace weir::host
