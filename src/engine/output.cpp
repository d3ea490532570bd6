#include "engine/output.h"

#include "engine/held.h"
#include "event/event_copy.h"

namespace weir::engine {

std::size_t owned_size(const aggregate::FedEvent& fed, std::string_view problem) noexcept {
  std::size_t size = copied_size(fed.line.size()) + copied_size(problem.size());
  if (problem.empty() && fed.event.fields != nullptr) size += copied_size(fed.event);
  return size;
}

OutputQueue::OutputQueue() = default;
OutputQueue::~OutputQueue() = default;

void OutputQueue::clear() noexcept {
  items.clear();
  next = 0;
  owned = false;
  memory.reset();
  kept.reset();
  rules.reset();
  format.reset();
  order.reset();
  held.clear();
  answers.clear();
}

void OutputQueue::add_held(std::unique_ptr<Held> event, enrich::Exchange::Answer answer) noexcept {
  answers.push_back(std::move(answer));
  Output& output = items.emplace_back(event->output);
  output.answer = &answers.back();
  held.push_back(std::move(event));
}

void OutputQueue::add(const aggregate::Closed& closed) {
  Output& output = items.emplace_back();
  if (closed.lone != nullptr) {
    output.event = closed.lone->event;
    output.line = closed.lone->line;
    return;
  }
  output.kind = WEIR_OUTPUT_AGGREGATED;
  output.reason = closed.reason;
  output.rule = closed.rule;
  output.event = {closed.fields.data(), closed.fields.size(), 0};
}

void OutputQueue::add_passed(const aggregate::FedEvent& fed, const Value* row) {
  Output& output = items.emplace_back();
  output.row = row;
  output.borrowed = true;
  output.event = fed.event;
  output.line = fed.line;
}

void OutputQueue::add_rejected(const aggregate::FedEvent& fed, std::string_view problem,
                               std::uint64_t line_number) {
  Output& output = items.emplace_back();
  output.kind = WEIR_OUTPUT_REJECTED;
  output.borrowed = true;
  output.event = fed.event;
  output.line = fed.line;
  output.message = problem;
  output.number = line_number;
}

void OutputQueue::own() noexcept {
  if (owned) return;
  for (std::size_t i = next; i < items.size(); ++i) {
    Output& item = items[i];
    item.row = nullptr;
    if (!item.borrowed) continue;
    // What a rejected event's fields say cannot be trusted, not even where they are.
    if (item.kind == WEIR_OUTPUT_REJECTED) item.event = {nullptr, 0, item.event.cookie};
    if (item.kind == WEIR_OUTPUT_BASE && item.event.fields != nullptr)
      item.event = copy_event(item.event, kept);
    if (!item.line.empty()) item.line = kept.copy(item.line);
    if (!item.message.empty()) item.message = kept.copy(item.message);
  }
  owned = true;
}

}  // namespace weir::engine
