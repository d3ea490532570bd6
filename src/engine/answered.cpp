// Held events come back: with an answer from the network, or without one.

#include <algorithm>
#include <chrono>
#include <limits>
#include <new>

#include "engine/engine.h"

namespace weir::engine {

namespace {

// Events that come back between two offers to the sink.
constexpr std::size_t returning_batch = 1024;

// No bell tells that other threads feed.
constexpr std::chrono::milliseconds look_again{50};

}  // namespace

void Engine::collect_answers(const Ruleset& rules) {
  for (const Enricher& enricher : rules.enrichers)
    if (enrich::Client* const client = enricher.client();
        client != nullptr && client->exchange().has_answers())
      client->exchange().collect(answers_);
  for (const auto& client : leaving_) client->exchange().collect(answers_);
}

bool Engine::has_answers(const Ruleset& rules) const noexcept {
  if (held_.size() == 0) return false;
  if (left_over_.load(std::memory_order_relaxed) || !leaving_.empty()) return true;
  return std::any_of(rules.enrichers.begin(), rules.enrichers.end(), [](const Enricher& enricher) {
    enrich::Client* const client = enricher.client();
    return client != nullptr && client->exchange().has_answers();
  });
}

// Events of one set of rules and one format of lines at a time: a queue has one of each.
bool Engine::take_answered(const Ruleset& rules, OutputQueue& outputs) {
  const std::lock_guard lock(answers_mutex_);
  if (answered_ == answers_.size()) {
    answers_.clear();
    answered_ = 0;
    collect_answers(rules);
  }
  const std::size_t size = std::min(answers_.size() - answered_, returning_batch);
  outputs.items.reserve(size);
  outputs.held.reserve(size);
  outputs.answers.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    enrich::Exchange::Answer& answer = answers_[answered_];
    if (i > 0 && !held_.fits(answer.ticket, outputs)) break;
    auto held = held_.take(answer.ticket);
    if (i == 0) {
      outputs.rules = held->rules;
      outputs.format = held->format;
      outputs.order = held->order;
    }
    outputs.add_held(std::move(held), std::move(answer));
    ++answered_;
  }
  outputs.owned = true;
  left_over_.store(answered_ < answers_.size(), std::memory_order_relaxed);
  if (answered_ < answers_.size()) bell_.ring();  // for another thread that waits for them
  return !outputs.items.empty();
}

Status Engine::deliver_answered(Worker& worker, const weir_sink& sink) {
  while (true) {
    std::list<OutputQueue> queue;
    {
      const Gate::Shared gate(gate_);
      if (!has_answers(*rules_)) return Status::ok;
      if (!take_answered(*rules_, queue.emplace_back())) return Status::ok;
      enrich_now(worker, queue.front());
    }
    if (const Status status = offer(queue, worker, sink, End::back); status != Status::ok)
      return status;
  }
}

Engine::Moment Engine::moment_after(Duration span) {
  const Moment start = Moment::clock::now();
  const auto most = std::chrono::duration_cast<std::chrono::nanoseconds>(Moment::max() - start);
  return start + std::min(std::chrono::nanoseconds(span.nanos), most);
}

Status Engine::deliver_until(Worker& worker, Moment until, const weir_sink& sink,
                             const std::function<bool()>& enough) {
  while (true) {
    const std::uint64_t seen = bell_.seen();
    if (const Status status = deliver_answered(worker, sink); status != Status::ok) return status;
    log_notes();
    const Moment now = Moment::clock::now();
    if (enough() || now >= until) return Status::ok;
    bell_.wait(seen, std::min(until, now + look_again));
  }
}

Status Engine::wait_for_answers(Worker& worker, Moment until, const weir_sink& sink) {
  const Status status = deliver_until(worker, until, sink, [this] { return held_.size() == 0; });
  return status != Status::ok || held_.size() == 0 ? status : give_up_answers(worker, sink);
}

std::uint64_t Engine::room() {
  const Gate::Shared gate(gate_);
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (const Enricher& enricher : rules_->enrichers) {
    const enrich::Client* const client = enricher.client();
    if (client == nullptr) continue;
    const std::uint64_t held = client->exchange().crowd();
    const std::uint64_t room = client->room(held);
    if (room < held) return 0;
    least = std::min(least, room);
  }
  return least;
}

// An event that one rule gives up may wait for the next: once more for each of them.
Status Engine::give_up_answers(Worker& worker, const weir_sink& sink) {
  Status status = Status::ok;
  std::size_t rules = 1;
  for (std::size_t given_up = 0; given_up < rules && status == Status::ok; ++given_up) {
    {
      const Gate::Shared gate(gate_);
      rules = rules_->enrichers.size();
      for (const Enricher& enricher : rules_->enrichers)
        if (enrich::Client* const client = enricher.client(); client != nullptr)
          client->exchange().cancel();
    }
    status = deliver_answered(worker, sink);
    if (held_.size() == 0) break;
  }
  return status;
}

// What the threads of clients have to say is said on a thread of the host's.
void Engine::note(std::string_view message) noexcept {
  if (options_.log == nullptr) return;
  try {
    const std::lock_guard lock(notes_mutex_);
    if (notes_.size() < 1000) notes_.emplace_back(message);
    noted_.store(true, std::memory_order_release);
  } catch (const std::bad_alloc&) {
    // The log has one line less; the thread that has it to say must go on.
  }
}

void Engine::log_notes() {
  if (!noted_.load(std::memory_order_acquire)) return;
  std::vector<std::string> notes;
  {
    const std::lock_guard lock(notes_mutex_);
    notes.swap(notes_);
    noted_.store(false, std::memory_order_relaxed);
  }
  for (const std::string& note : notes) log(WEIR_LOG_INFORMATION, note);
}

}  // namespace weir::engine
