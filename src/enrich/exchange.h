// Questions of held events on their way to a thread that asks them over the network, and the
// answers on their way back.
//
// A question waits until the asking thread takes it, and is answered exactly once: by that thread,
// because its time is over, or because somebody cancels it. All that is locked is short: nobody who
// asks waits for the network. What has been asked can be answered without memory: what that takes
// is set aside by ask().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/moment.h"
#include "base/seeded_hash.h"
#include "enrich/latencies.h"

namespace weir::enrich {

using Instant = std::chrono::steady_clock::time_point;
inline Instant now_is() noexcept { return std::chrono::steady_clock::now(); }

// How a question ended.
enum class Outcome : std::uint8_t {
  ok,
  ok_eof,          // the connection ended, and what had come was whole
  eof_early,       // it ended before that, twice
  timeout,         //
  connect_failed,  // its time was over, and there was no connection all the while
  protocol_error,  // an answer that is none
  queue_full,      // it was never asked
  cancelled,       // flush, reload, or the end of the rule
};
inline constexpr std::size_t outcomes = 8;

// What becomes of questions whose time is over.
struct Late {
  Late(Outcome all) noexcept : outcome(all) {}  // NOLINT(google-explicit-constructor): a kind of it
  Late(Outcome all, Instant since) noexcept : outcome(all), unconnected(since) {}
  Outcome of(Instant asked) const noexcept {
    return asked >= unconnected ? Outcome::connect_failed : outcome;
  }

  Outcome outcome;
  Instant unconnected = Instant::max();  // since when there has been no connection
};

// Rung whenever answers have come, and when nothing is held any more; one for all exchanges of an
// engine. Any thread.
class Bell {
 public:
  void ring() noexcept;
  // Until it has rung since `seen` was read, or the time has come. Returns what to pass next.
  std::uint64_t wait(std::uint64_t seen, Instant until);
  std::uint64_t seen() const noexcept { return rung_.load(std::memory_order_acquire); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::uint64_t> rung_{0};
};

class Exchange {
 public:
  struct Options {
    std::uint64_t queue = 1'000'000;  // questions waiting, those that have been taken not counted
    Duration timeout;
    Duration cache_ttl;  // 0: no cache
    std::uint64_t cache_bytes = 0;
    // Of answers that wait to be collected. One more is dropped, as if it could not be used.
    std::uint64_t answer_bytes = 64 << 20;
  };
  struct Answer {
    std::uint64_t ticket = 0;
    Outcome outcome = Outcome::ok;
    std::string text;  // of ok and ok_eof; what it means the rule knows
  };
  struct Question {
    std::uint64_t ticket = 0;
    Instant asked;
    Instant deadline;
    std::string text;
    std::uint64_t serial = 0;  // of take()
  };
  struct Counters {
    std::uint64_t by_outcome[outcomes] = {};
    std::uint64_t retries = 0;
    std::uint64_t cache_hits = 0;
    Latencies latencies;  // of ok and ok_eof, from ask() to answer(); not what the cache answered
    std::uint64_t held = 0;  // gauge: not answered, or answered and not collected
  };

  Exchange(const Options& options, Bell& bell);
  // wake: called by ask() when a question has come where none was waiting; it wakes the thread that
  // takes them. REQUIRES: before the first ask()
  void on_question(std::function<void()> wake) { wake_ = std::move(wake); }

  // ---- Whoever holds events; any thread.

  enum class Taken : std::uint8_t {
    answered,     // from the cache: `answer` has the text
    waiting,      // collect() will give an answer with the ticket
    full,         // too many are waiting
    unreachable,  // there is no connection, and one question is waiting already to see one come
  };
  // Throws bad_alloc; then it was not asked.
  Taken ask(std::string_view question, std::uint64_t ticket, std::string& answer);

  // The answer that the cache has, or `full`: for one who has no room to wait for another.
  Taken ask_cache(std::string_view question, std::string& answer);

  // True if collect() would give something. No lock.
  bool has_answers() const noexcept { return ready_.load(std::memory_order_acquire) != 0; }
  // Appends all answers.
  void collect(std::vector<Answer>& answers);

  // Ends all questions; their answers are there at once.
  void cancel();

  Counters counters() const;
  // Those held, as far as others would wait behind them: none while the server is not there, for
  // then one waits to see it come, and others go on at once.
  std::uint64_t crowd() const;
  // Adds what an engine counted that this one goes on for; `held` is no part of it.
  void resume(const Counters& counters) noexcept;

  // ---- The thread that asks over the network.

  // The oldest question that nobody has taken. False if there is none. What is past its time is
  // answered with `late` and not given, and neither is what the cache can answer by now. Throws
  // bad_alloc; then nothing was taken.
  bool take(Question& question, Instant now, Late late);
  // Answers all waiting questions that are past their time; when the next one will be, or max().
  Instant expire(Instant now, Late late);
  // How many nobody has taken.
  std::size_t waiting() const;

  // later: announce() rings the bell, once for several answers.
  enum class Ring : std::uint8_t { now, later };
  // Ignored if it was cancelled.
  void answer(const Question& question, Outcome outcome, std::string_view text,
              Ring ring = Ring::now) noexcept;
  void announce() noexcept;
  void count_retry() noexcept { retries_.fetch_add(1, std::memory_order_relaxed); }

 private:
  struct Cached {
    std::string text;
    Instant until;
  };

  struct Seat {
    std::uint64_t serial = 0;
    std::uint64_t ticket = 0;
  };

  // All of these under mutex_.
  std::uint64_t held_now() const noexcept {
    return waiting_.size() + taken_.size() + answers_.size();
  }
  bool drop_late(Instant now, Late late) noexcept;  // whether there were any
  bool drop_known(Instant now) noexcept;            // likewise
  void finish(std::uint64_t ticket, Outcome outcome, std::string_view text) noexcept;
  void set_aside();
  // Whether the cache has it, which is counted.
  bool find_cached(std::string_view question, Instant now, std::string& answer);
  void remember(const Question& question, std::string_view text, Instant now) noexcept;
  void forget_oldest() noexcept;

  const Options options_;
  Bell& bell_;
  std::function<void()> wake_;
  std::atomic<std::uint64_t> ready_{0};
  std::atomic<std::uint64_t> retries_{0};

  mutable std::mutex mutex_;
  std::deque<Question> waiting_;
  std::vector<Seat> taken_;      // a connection each, so there are few
  std::vector<Answer> answers_;  // has room for what waits and what is taken
  std::uint64_t answer_bytes_ = 0;
  std::uint64_t taken_ever_ = 0;
  std::uint64_t by_outcome_[outcomes] = {};
  std::uint64_t cache_hits_ = 0;
  Latencies latencies_;
  // The last question that was answered or late had no connection in all of its time.
  bool unreachable_ = false;
  std::unordered_map<std::string, Cached, SeededHash, std::equal_to<>> cache_;
  std::deque<const std::string*> cached_;  // keys, the oldest first
  std::uint64_t cached_bytes_ = 0;
  bool unannounced_ = false;  // of the thread that asks over the network
};

}  // namespace weir::enrich
