#include "engine/delivery.h"

#include <algorithm>

#include "event/json_writer.h"

namespace weir::engine {

namespace {

// A chunk of lines is handed over when it has grown to this: large enough that a call from a
// scripting language is cheap, small enough for the second-level cache.
constexpr std::size_t chunk_bytes = 256 * 1024;

Status offer(const weir_sink& sink, weir_output& output, const Engine& engine) {
  output.struct_size = sizeof(weir_output);
  std::int32_t answer = WEIR_CALLBACK_FAILED;
  {
    const InsideCallback inside(engine);
    sink.accept(sink.user, &output, &answer);
  }
  if (answer == WEIR_ACCEPT) return Status::ok;
  return answer == WEIR_STOP ? Status::stopped : Status::callback_failed;
}

weir_output describe(const Output& item) {
  weir_output output{};
  output.kind = item.kind;
  output.reason = static_cast<std::uint32_t>(item.reason);
  output.count = 1;
  output.bytes = {item.line.data(), item.line.size()};
  output.message = {item.message.data(), item.message.size()};
  output.line = item.number;
  output.event = item.event;
  if (item.kind == WEIR_OUTPUT_REJECTED) output.event = {nullptr, 0, item.event.cookie};
  return output;
}

// What was fed as a line and is one still. A mapped one has become an event.
bool is_line(const Output& item) noexcept {
  return item.event.fields == nullptr && item.kind == WEIR_OUTPUT_BASE && !item.line.empty();
}

bool is_unchanged(const Output& item) noexcept { return is_line(item) && item.additions.empty(); }

}  // namespace

weir_event whole_event(const Output& output, const std::shared_ptr<const LineFormat>& format,
                       WholeReader& reader, std::vector<weir_field>& fields, Bump& memory) {
  std::span<const weir_field> base{output.event.fields, output.event.field_count};
  std::uint64_t lost = 0;  // the line is there all the same
  if (output.event.fields == nullptr) base = reader.read(output.line, format, memory, lost);
  fields.assign(base.begin(), base.end());
  for (const weir_field& addition : output.additions) {
    std::erase_if(fields, [&](const weir_field& field) { return field.id == addition.id; });
    if (addition.kind != WEIR_ABSENT) fields.push_back(addition);
  }
  return {fields.data(), fields.size(), output.event.cookie};
}

Status Delivery::deliver(OutputQueue& queue, const weir_sink& sink, const Engine& engine) {
  if (queue.empty()) return Status::ok;
  return sink.form == WEIR_FORM_NDJSON ? deliver_lines(queue, sink, engine)
                                       : deliver_events(queue, sink, engine);
}

Status Delivery::deliver_events(OutputQueue& queue, const weir_sink& sink, const Engine& engine) {
  while (!queue.empty()) {
    const Output& item = queue.items[queue.next];
    weir_output output = describe(item);
    const bool whole = item.additions.empty() && item.event.fields != nullptr;
    if (!whole && item.kind != WEIR_OUTPUT_REJECTED) {
      memory_.reset();
      output.event = whole_event(item, queue.format, whole_, fields_, memory_);
    }
    const Status status = offer(sink, output, engine);
    if (status == Status::callback_failed) return status;
    ++queue.next;
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

void Delivery::append_line(const OutputQueue& queue, const Output& item) {
  if (is_line(item)) {
    patch_.append(text_, item.line, item.additions);
  } else if (item.additions.empty()) {
    append_event(text_, {item.event.fields, item.event.field_count});
  } else {
    const weir_event event = whole_event(item, queue.format, whole_, fields_, memory_);
    append_event(text_, {event.fields, event.field_count});
  }
  text_ += '\n';
}

// Appends the items from `first` on that are lines as they were fed, and lie one behind the other
// in the host's text, in one piece; they end before what is returned.
std::size_t Delivery::append_unchanged(const OutputQueue& queue, std::size_t first) {
  const char* const begin = queue.items[first].line.data();
  std::size_t size = 0, end = first;
  do {
    size += queue.items[end].line.size() + 1;  // its LF
    ++end;
  } while (end < queue.items.size() && text_.size() + size < chunk_bytes &&
           is_unchanged(queue.items[end]) && queue.items[end].line.data() == begin + size &&
           begin[size - 1] == '\n');
  text_.append(begin, size - 1) += '\n';
  return end;
}

Status Delivery::deliver_lines(OutputQueue& queue, const weir_sink& sink, const Engine& engine) {
  while (!queue.empty()) {
    weir_output output{};
    std::size_t end = queue.next;
    if (queue.items[end].kind == WEIR_OUTPUT_REJECTED) {
      output = describe(queue.items[end++]);
    } else {
      text_.clear();
      memory_.reset();
      while (end < queue.items.size() && queue.items[end].kind != WEIR_OUTPUT_REJECTED &&
             text_.size() < chunk_bytes) {
        if (is_unchanged(queue.items[end]))
          end = append_unchanged(queue, end);
        else
          append_line(queue, queue.items[end++]);
      }
      output.kind = WEIR_OUTPUT_LINES;
      output.count = end - queue.next;
      output.bytes = {text_.data(), text_.size()};
    }
    const Status status = offer(sink, output, engine);
    if (status == Status::callback_failed) return status;
    queue.next = end;
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

}  // namespace weir::engine
