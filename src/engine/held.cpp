#include "engine/held.h"

#include "event/event_copy.h"

namespace weir::engine {

namespace {

std::size_t size_of_copy(std::span<const weir_field> fields) noexcept {
  return weir::copied_size(weir_event{fields.data(), fields.size(), 0});
}

// Of the copy of all that the output refers to.
std::size_t size_of_copy(const Output& output) noexcept {
  return weir::copied_size(output.line.size()) +
         (output.event.fields != nullptr ? weir::copied_size(output.event) : 0) +
         size_of_copy(output.additions);
}

// Places for so many are kept when there are none.
constexpr std::size_t kept_places = 4096;

// What is allocated beside the copy: the two blocks with malloc's headers, the places of a ticket,
// and at the exchange a question with room for its answer.
constexpr std::size_t overhead = sizeof(Held) + sizeof(enrich::Exchange::Question) +
                                 2 * sizeof(enrich::Exchange::Answer) + 8 * sizeof(void*);

}  // namespace

std::uint64_t HeldEvents::hold(const Output& output, std::uint32_t place, const OutputQueue& queue,
                               const std::shared_ptr<const std::vector<std::string>>& order,
                               std::uint64_t asked, std::size_t question) {
  auto held = std::make_unique<Held>();
  const bool fields = output.event.fields != nullptr;
  const std::size_t size = size_of_copy(output);
  held->bytes = size + question + overhead;
  held->memory = std::make_unique_for_overwrite<std::byte[]>(size);
  FixedMemory memory(held->memory.get());
  held->output = output;
  Output& copy = held->output;
  copy.borrowed = false;
  copy.row = nullptr;
  copy.answer = nullptr;
  copy.place = place;
  copy.asked = asked;
  copy.again = false;
  if (fields) copy.event = copy_event(output.event, memory);
  if (!output.line.empty()) copy.line = memory.copy(output.line);
  const weir_event additions =
      copy_event({output.additions.data(), output.additions.size(), 0}, memory);
  copy.additions = {additions.fields, additions.field_count};
  held->rules = queue.rules;
  held->format = queue.format;
  held->order = order;

  const std::lock_guard lock(mutex_);
  if (free_.empty()) {
    places_.emplace_back();
    try {
      free_.reserve(places_.capacity());  // so that take() cannot fail
      free_.push_back(places_.size() - 1);
    } catch (...) {
      places_.pop_back();
      throw;
    }
  }
  const std::uint64_t ticket = free_.back();
  free_.pop_back();
  bytes_.fetch_add(held->bytes, std::memory_order_relaxed);
  places_[ticket] = std::move(held);
  size_.fetch_add(1, std::memory_order_relaxed);
  return ticket;
}

bool HeldEvents::has_room(const Output& output, std::size_t question) const noexcept {
  return bytes() + size_of_copy(output) + question + overhead <=
         limit_.load(std::memory_order_relaxed);
}

std::unique_ptr<Held> HeldEvents::take(std::uint64_t ticket) noexcept {
  std::unique_ptr<Held> held;
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    held = std::move(places_[ticket]);
    free_.push_back(ticket);
    bytes_.fetch_sub(held->bytes, std::memory_order_relaxed);
    last = size_.fetch_sub(1, std::memory_order_relaxed) == 1;
    // What the places of a million took is not kept for ever.
    if (last && places_.capacity() > kept_places) {
      places_ = decltype(places_)();
      free_ = decltype(free_)();
    }
  }
  if (last) bell_.ring();
  return held;
}

bool HeldEvents::fits(std::uint64_t ticket, const OutputQueue& queue) const noexcept {
  const std::lock_guard lock(mutex_);
  return places_[ticket]->rules == queue.rules && places_[ticket]->format == queue.format &&
         places_[ticket]->order == queue.order;
}

}  // namespace weir::engine
