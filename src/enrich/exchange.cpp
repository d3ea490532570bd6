#include "enrich/exchange.h"

#include <algorithm>
#include <iterator>
#include <new>

namespace weir::enrich {

namespace {

// What an entry of the cache takes beside its texts: nodes, texts' headers, the place in line.
constexpr std::uint64_t cached_overhead = 160;
// Room for so many answers is kept when there are none.
constexpr std::size_t kept_room = 4096;

std::chrono::nanoseconds span(Duration duration) {
  return std::chrono::nanoseconds(duration.nanos);
}

}  // namespace

void Bell::ring() noexcept {
  {
    const std::lock_guard lock(mutex_);
    rung_.fetch_add(1, std::memory_order_release);
  }
  changed_.notify_all();
}

std::uint64_t Bell::wait(std::uint64_t seen, Instant until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return rung_.load() != seen; });
  return rung_.load();
}

Exchange::Exchange(const Options& options, Bell& bell) : options_(options), bell_(bell) {}

Exchange::Taken Exchange::ask(std::string_view question, std::uint64_t ticket,
                              std::string& answer) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const Instant now = now_is();  // so that deadlines are in order
    if (find_cached(question, now, answer)) return Taken::answered;
    if (waiting_.size() >= options_.queue) {
      ++by_outcome_[static_cast<std::size_t>(Outcome::queue_full)];
      return Taken::full;
    }
    // A server that was not there for all of a question's time costs the next ones none of theirs.
    if (unreachable_ && waiting_.size() + taken_.size() > 0) {
      ++by_outcome_[static_cast<std::size_t>(Outcome::connect_failed)];
      return Taken::unreachable;
    }
    set_aside();
    first = waiting_.empty();
    waiting_.push_back({ticket, now, now + span(options_.timeout), std::string(question)});
  }
  if (first && wake_) wake_();
  return Taken::waiting;
}

Exchange::Taken Exchange::ask_cache(std::string_view question, std::string& answer) {
  const std::lock_guard lock(mutex_);
  if (find_cached(question, now_is(), answer)) return Taken::answered;
  ++by_outcome_[static_cast<std::size_t>(Outcome::queue_full)];
  return Taken::full;
}

bool Exchange::find_cached(std::string_view question, Instant now, std::string& answer) {
  if (options_.cache_ttl.nanos == 0) return false;
  const auto found = cache_.find(question);
  if (found == cache_.end() || found->second.until <= now) return false;
  answer = found->second.text;
  ++cache_hits_;
  return true;
}

void Exchange::set_aside() {
  const std::size_t needed = waiting_.size() + taken_.size() + answers_.size() + 1;
  if (answers_.capacity() < needed) answers_.reserve(std::max(needed, 2 * answers_.capacity()));
}

void Exchange::finish(std::uint64_t ticket, Outcome outcome, std::string_view text) noexcept {
  Answer& answer = answers_.emplace_back();  // in what set_aside() made room for
  answer.ticket = ticket;
  const bool fits = text.size() <= options_.answer_bytes - answer_bytes_;
  try {
    if (fits) answer.text = text;
  } catch (const std::bad_alloc&) {
    outcome = Outcome::protocol_error;  // as if nothing that can be used had come
  }
  if (!fits) outcome = Outcome::protocol_error;
  answer_bytes_ += answer.text.size();
  answer.outcome = outcome;
  if (outcome != Outcome::cancelled) unreachable_ = outcome == Outcome::connect_failed;
  ++by_outcome_[static_cast<std::size_t>(outcome)];
  ready_.store(answers_.size(), std::memory_order_release);
}

void Exchange::collect(std::vector<Answer>& answers) {
  const std::lock_guard lock(mutex_);
  answers.reserve(answers.size() + answers_.size());
  std::move(answers_.begin(), answers_.end(), std::back_inserter(answers));
  answers_.clear();
  answer_bytes_ = 0;
  ready_.store(0, std::memory_order_release);
  // What a queue of a million took is not kept for ever.
  if (waiting_.empty() && taken_.empty() && answers_.capacity() > kept_room) answers_ = {};
}

void Exchange::cancel() {
  {
    const std::lock_guard lock(mutex_);
    for (const Seat& seat : taken_) finish(seat.ticket, Outcome::cancelled, {});
    taken_.clear();
    for (const Question& question : waiting_) finish(question.ticket, Outcome::cancelled, {});
    waiting_.clear();
  }
  bell_.ring();
}

Exchange::Counters Exchange::counters() const {
  Counters counters;
  counters.retries = retries_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  std::copy(std::begin(by_outcome_), std::end(by_outcome_), counters.by_outcome);
  counters.cache_hits = cache_hits_;
  counters.latencies = latencies_;
  counters.held = held_now();
  return counters;
}

std::uint64_t Exchange::crowd() const {
  const std::lock_guard lock(mutex_);
  return unreachable_ ? 0 : held_now();
}

void Exchange::resume(const Counters& counters) noexcept {
  retries_.fetch_add(counters.retries, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < outcomes; ++i) by_outcome_[i] += counters.by_outcome[i];
  cache_hits_ += counters.cache_hits;
}

bool Exchange::take(Question& question, Instant now, Late late) {
  bool some_late = false;
  bool some = false;
  {
    const std::lock_guard lock(mutex_);
    some_late = drop_late(now, late);
    some_late = drop_known(now) || some_late;
    some = !waiting_.empty();
    if (some) {
      taken_.push_back({++taken_ever_, waiting_.front().ticket});
      question = std::move(waiting_.front());
      question.serial = taken_ever_;
      waiting_.pop_front();
    }
  }
  if (some_late) bell_.ring();
  return some;
}

bool Exchange::drop_late(Instant now, Late late) noexcept {
  bool any = false;
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    finish(waiting_.front().ticket, late.of(waiting_.front().asked), {});
    waiting_.pop_front();
    any = true;
  }
  return any;
}

// Answers what stands in front and has been answered since it was asked: many events ask the same,
// and most of them before the first answer comes.
bool Exchange::drop_known(Instant now) noexcept {
  bool any = false;
  while (!waiting_.empty() && !cache_.empty()) {
    const auto found = cache_.find(waiting_.front().text);
    if (found == cache_.end() || found->second.until <= now) break;
    finish(waiting_.front().ticket, Outcome::ok, found->second.text);
    waiting_.pop_front();
    ++cache_hits_;
    any = true;
  }
  return any;
}

Instant Exchange::expire(Instant now, Late late) {
  bool any = false;
  Instant next = Instant::max();
  {
    const std::lock_guard lock(mutex_);
    any = drop_late(now, late);
    if (!waiting_.empty()) next = waiting_.front().deadline;
  }
  if (any) bell_.ring();
  return next;
}

std::size_t Exchange::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Exchange::answer(const Question& question, Outcome outcome, std::string_view text,
                      Ring ring) noexcept {
  {
    const std::lock_guard lock(mutex_);
    const auto place = std::find_if(taken_.begin(), taken_.end(), [&](const Seat& seat) {
      return seat.serial == question.serial;
    });
    if (place == taken_.end()) return;  // cancelled
    *place = taken_.back();
    taken_.pop_back();
    finish(question.ticket, outcome, text);
    const bool good = outcome == Outcome::ok || outcome == Outcome::ok_eof;
    if (good) {
      const Instant now = now_is();
      latencies_.add({std::chrono::nanoseconds(now - question.asked).count()});
      if (options_.cache_ttl.nanos > 0) remember(question, text, now);
    }
  }
  if (ring == Ring::later)
    unannounced_ = true;
  else
    bell_.ring();
}

void Exchange::announce() noexcept {
  if (!unannounced_) return;
  unannounced_ = false;
  bell_.ring();
}

void Exchange::remember(const Question& question, std::string_view text, Instant now) noexcept {
  const std::uint64_t size = question.text.size() + text.size() + cached_overhead;
  if (size > options_.cache_bytes) return;
  while (!cached_.empty() && cache_.find(*cached_.front())->second.until <= now) forget_oldest();
  // Two may have asked the same at once; the first answer stays for its time.
  if (cache_.find(question.text) != cache_.end()) return;
  Cached entry{{}, now + span(options_.cache_ttl)};
  try {
    entry.text = text;
    cached_.push_back(nullptr);
  } catch (const std::bad_alloc&) {
    return;  // it is not remembered
  }
  try {
    cached_.back() = &cache_.emplace(question.text, std::move(entry)).first->first;
  } catch (const std::bad_alloc&) {
    cached_.pop_back();
    return;
  }
  cached_bytes_ += size;
  while (cached_bytes_ > options_.cache_bytes) forget_oldest();
}

void Exchange::forget_oldest() noexcept {
  const auto place = cache_.find(*cached_.front());
  cached_bytes_ -= place->first.size() + place->second.text.size() + cached_overhead;
  cached_.pop_front();
  cache_.erase(place);
}

}  // namespace weir::enrich
