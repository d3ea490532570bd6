#include "engine/output.h"

#include <algorithm>

#include "event/value.h"

namespace weir::engine {

weir_field copy_field(weir_field field, Bump& memory) {
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON: {
      const auto* text = reinterpret_cast<const char*>(static_cast<std::uintptr_t>(field.word));
      field.word = Value::address(memory.copy({text, field.size}).data());
      break;
    }
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY: {
      const auto* words = reinterpret_cast<const char*>(static_cast<std::uintptr_t>(field.word));
      field.word = Value::address(memory.copy({words, field.size * 8}).data());
      break;
    }
    case WEIR_TEXT_ARRAY: {
      const auto* texts =
          reinterpret_cast<const weir_text*>(static_cast<std::uintptr_t>(field.word));
      auto* const to = reinterpret_cast<weir_text*>(memory.take(field.size * sizeof(weir_text)));
      for (std::uint64_t i = 0; i < field.size; ++i) {
        const std::string_view copy = memory.copy({texts[i].data, texts[i].size});
        to[i] = {copy.data(), copy.size()};
      }
      field.word = Value::address(to);
      break;
    }
    default:
      break;
  }
  return field;
}

namespace {

weir_event copy_event(const weir_event& event, Bump& memory) {
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take(event.field_count * sizeof(weir_field)));
  for (std::uint64_t i = 0; i < event.field_count; ++i)
    fields[i] = copy_field(event.fields[i], memory);
  return {fields, event.field_count, event.cookie};
}

// What Bump::copy takes: the NUL, rounded up.
std::size_t copied_size(std::uint64_t size) noexcept { return size + 8; }

std::size_t copied_size(const weir_field& field) noexcept {
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      return copied_size(field.size);
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      return copied_size(field.size * 8);
    case WEIR_TEXT_ARRAY: {
      const auto* texts =
          reinterpret_cast<const weir_text*>(static_cast<std::uintptr_t>(field.word));
      std::size_t size = field.size * sizeof(weir_text);
      for (std::uint64_t i = 0; i < field.size; ++i) size += copied_size(texts[i].size);
      return size;
    }
    default:
      return 0;
  }
}

}  // namespace

std::size_t owned_size(const Origin& origin) noexcept {
  std::size_t size = copied_size(origin.line.size()) + copied_size(origin.problem.size());
  if (origin.verdict == Verdict::rejected || origin.event.fields == nullptr) return size;
  size += origin.event.field_count * sizeof(weir_field);
  for (std::uint64_t i = 0; i < origin.event.field_count; ++i)
    size += copied_size(origin.event.fields[i]);
  return size;
}

void OutputQueue::add(const aggregate::Closed& closed) {
  Output& output = items.emplace_back();
  output.kind = WEIR_OUTPUT_AGGREGATED;
  output.reason = closed.reason;
  output.rule = closed.rule;
  output.event = {closed.fields.data(), closed.fields.size(), 0};
}

void OutputQueue::add(const Origin& origin) {
  Output& output = items.emplace_back();
  output.kind = origin.verdict == Verdict::rejected ? WEIR_OUTPUT_REJECTED : WEIR_OUTPUT_BASE;
  output.event = origin.event;
  output.line = origin.line;
  output.message = origin.problem;
  output.number = origin.number;
}

void OutputQueue::own() noexcept {
  if (owned) return;
  for (std::size_t i = next; i < items.size(); ++i) {
    Output& item = items[i];
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
