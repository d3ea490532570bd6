#include "enrich/exchange.h"

#include <algorithm>

namespace weir::enrich {

namespace {

// What an entry of the cache takes beside its texts: nodes, texts' headers, the place in line.
constexpr std::uint64_t cached_overhead = 160;

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
  const Instant now = std::chrono::steady_clock::now();
  std::string text(question);
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (options_.cache_ttl.nanos > 0) {
      const auto found = cache_.find(text);
      if (found != cache_.end() && found->second.until > now) {
        answer = found->second.text;
        ++cache_hits_;
        return Taken::answered;
      }
    }
    if (waiting_.size() >= options_.queue) {
      ++by_outcome_[static_cast<std::size_t>(Outcome::queue_full)];
      return Taken::full;
    }
    first = waiting_.empty();
    waiting_.push_back({ticket, now + span(options_.timeout), std::move(text)});
  }
  if (first && wake_) wake_();
  return Taken::waiting;
}

void Exchange::finish(std::uint64_t ticket, Outcome outcome, std::string_view text) {
  answers_.push_back({ticket, outcome, std::string(text)});
  ++by_outcome_[static_cast<std::size_t>(outcome)];
  ready_.store(answers_.size(), std::memory_order_release);
}

void Exchange::collect(std::vector<Answer>& answers) {
  const std::lock_guard lock(mutex_);
  answers.reserve(answers.size() + answers_.size());
  for (Answer& answer : answers_) answers.push_back(std::move(answer));
  answers_.clear();
  ready_.store(0, std::memory_order_release);
}

void Exchange::cancel() {
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t ticket : taken_) finish(ticket, Outcome::cancelled, {});
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
  counters.held = waiting_.size() + taken_.size() + answers_.size();
  return counters;
}

bool Exchange::take(Question& question, Instant now, Outcome late) {
  const bool some_late = expire(now, late) == Instant::max();
  if (some_late) return false;  // none is left
  const bool some_known = answer_known(now);
  if (some_known) bell_.ring();
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return false;
  question = std::move(waiting_.front());
  waiting_.pop_front();
  taken_.push_back(question.ticket);
  return true;
}

// Answers what stands in front and has been answered since it was asked: many events ask the same,
// and most of them before the first answer comes.
bool Exchange::answer_known(Instant now) {
  const std::lock_guard lock(mutex_);
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

Instant Exchange::expire(Instant now, Outcome late) {
  bool any = false;
  Instant next = Instant::max();
  {
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty() && waiting_.front().deadline <= now) {
      finish(waiting_.front().ticket, late, {});
      waiting_.pop_front();
      any = true;
    }
    if (!waiting_.empty()) next = waiting_.front().deadline;
  }
  if (any) bell_.ring();
  return next;
}

void Exchange::answer(const Question& question, Outcome outcome, std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    const auto place = std::find(taken_.begin(), taken_.end(), question.ticket);
    if (place == taken_.end()) return;  // cancelled
    *place = taken_.back();
    taken_.pop_back();
    finish(question.ticket, outcome, text);
    const bool good = outcome == Outcome::ok || outcome == Outcome::ok_eof;
    if (good && options_.cache_ttl.nanos > 0) remember(question, text);
  }
  bell_.ring();
}

void Exchange::remember(const Question& question, std::string_view text) {
  const std::uint64_t size = question.text.size() + text.size() + cached_overhead;
  if (size > options_.cache_bytes) return;
  const Instant now = std::chrono::steady_clock::now();
  const auto [place, is_new] = cache_.try_emplace(question.text);
  if (!is_new) return;  // two asked at once; the first answer stays for its time
  place->second = {std::string(text), now + span(options_.cache_ttl)};
  cached_.push_back(&place->first);
  cached_bytes_ += size;
  while (cached_bytes_ > options_.cache_bytes || cache_.find(*cached_.front())->second.until <= now)
    forget_oldest();
}

void Exchange::forget_oldest() noexcept {
  const auto place = cache_.find(*cached_.front());
  cached_bytes_ -= place->first.size() + place->second.text.size() + cached_overhead;
  cached_.pop_front();
  cache_.erase(place);
}

}  // namespace weir::enrich
