#include "bench/flow_store.h"

#include <cstring>
#include <utility>

namespace weir::host {

void FlowStore::add(std::span<const weir_event> events) {
  Part part;
  std::size_t fields = 0;
  std::size_t bytes = 0;
  for (const weir_event& event : events) {
    fields += event.field_count;
    for (const weir_field& field : std::span(event.fields, event.field_count)) {
      if (field.kind == WEIR_TEXT) bytes += field.size;
    }
  }
  part.fields.reserve(fields);
  part.texts.resize(bytes);
  char* text = part.texts.data();
  for (const weir_event& event : events) {
    const weir_field* const first = part.fields.data() + part.fields.size();
    for (weir_field field : std::span(event.fields, event.field_count)) {
      if (field.kind == WEIR_TEXT) {
        const auto* const from = reinterpret_cast<const char*>(field.word);
        if (field.size != 0) std::memcpy(text, from, field.size);
        field.word = reinterpret_cast<std::uintptr_t>(text);
        text += field.size;
      }
      part.fields.push_back(field);
    }
    events_.push_back({first, event.field_count, event.cookie});
  }
  parts_.push_back(std::move(part));  // moving a vector leaves its elements where they are
}

}  // namespace weir::host
