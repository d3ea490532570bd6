#include "engine/layout.h"

#include <cstring>

#include "engine/field_check.h"
#include "event/convert.h"

namespace weir::engine {

namespace {

std::uint64_t head_of(const weir_field& field) noexcept {
  std::uint64_t head;
  static_assert(offsetof(weir_field, size) == sizeof head);
  std::memcpy(&head, &field, sizeof head);
  return head;
}

// Why no event with this many fields there can be read, empty if it can.
std::string_view check_fields(const weir_event& event) noexcept {
  if (event.field_count > WEIR_MAX_FIELDS) return "more than 4096 fields";
  if (event.field_count > 0 && event.fields == nullptr) return "the address of its fields is NULL";
  return {};
}

}  // namespace

bool Layout::is_of(const weir_event& event) const noexcept {
  if (!problem.empty() || event.field_count != heads.size()) return false;
  if (event.fields == nullptr) return event.field_count == 0;
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) difference |= head_of(event.fields[i]) ^ heads[i];
  return difference == 0;
}

std::string_view Layout::check_sizes(const weir_event& event) const noexcept {
  std::uint64_t bytes = 0, widest = 0;
  bool null = false, texts = false;
  for (const std::uint32_t position : sized) {
    const weir_field& field = event.fields[position];
    const bool words = field.kind == WEIR_INTEGER_ARRAY || field.kind == WEIR_FLOAT_ARRAY;
    bytes += words ? field.size * 8 : field.size;
    widest |= field.size;
    null |= field.word == 0 && field.size != 0;
    texts |= field.kind == WEIR_TEXT_ARRAY;
  }
  // `widest` keeps the sum from wrapping: 4096 sizes below 2^32 do not.
  if (widest >> 32 != 0 || bytes > WEIR_MAX_EVENT_BYTES) return too_large;
  if (null) return null_text;
  if (!texts) return {};
  for (const std::uint32_t position : sized)
    if (const weir_field& field = event.fields[position]; field.kind == WEIR_TEXT_ARRAY)
      if (const auto wrong = check_texts(field, bytes); !wrong.empty()) return wrong;
  return {};
}

const Layout& Layouts::of(const weir_event& event, const SlotMap& slots) {
  if (known_ > 0 && layouts_[last_].is_of(event)) return layouts_[last_];
  for (std::size_t i = 0; i < known_; ++i)
    if (layouts_[i].is_of(event)) return layouts_[last_ = i];
  if (known_ < layouts_.size())
    last_ = known_++;
  else
    last_ = (last_ + 1) % layouts_.size();
  resolve(event, slots, layouts_[last_]);
  return layouts_[last_];
}

void Layouts::resolve(const weir_event& event, const SlotMap& slots, Layout& layout) {
  layout.heads.clear();
  layout.sized.clear();
  layout.wanted.clear();
  layout.lacking.clear();
  layout.problem = check_fields(event);
  if (!layout.problem.empty()) return;
  filled_.assign(slots.size(), false);
  const std::uint32_t known = field_count();
  for (std::uint32_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    layout.heads.push_back(head_of(field));
    if (field.id >= known)
      layout.problem = "a field's id is none that weir_field_id gave";
    else if (field.kind > WEIR_JSON)
      layout.problem = "a field's kind is unknown";
    if (!layout.problem.empty()) return;
    if (field.kind == WEIR_TEXT || field.kind >= WEIR_INTEGER_ARRAY) layout.sized.push_back(i);
    const Slot slot = slots.find(field.id);
    if (slot == SlotMap::none) continue;
    const FieldType type = slots.type(slot);
    // A double may be NaN, so even one that fits is looked at.
    const bool fits = weir::fits(static_cast<Kind>(field.kind), type) && field.kind != WEIR_FLOAT &&
                      field.kind != WEIR_FLOAT_ARRAY;
    layout.wanted.push_back({i, slot, type, fits});
    filled_[slot] = true;
  }
  for (std::size_t slot = 0; slot < slots.size(); ++slot)
    if (!filled_[slot]) layout.lacking.push_back(static_cast<Slot>(slot));
}

}  // namespace weir::engine
