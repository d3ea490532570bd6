#include "engine/layout.h"

#include "base/bytes.h"
#include "event/convert.h"
#include "event/field_check.h"

namespace weir::engine {

namespace {

constexpr std::string_view unresolved = "out of memory";
constexpr std::uint32_t nowhere = ~std::uint32_t{0};

// Why no event with this many fields there can be read, empty if it can.
std::string_view check_fields(const weir_event& event) noexcept {
  if (event.field_count > WEIR_MAX_FIELDS) return "more than 4096 fields";
  if (event.field_count > 0 && event.fields == nullptr) return "the address of its fields is NULL";
  return {};
}

std::string_view check_head(const weir_field& field, std::uint32_t known_ids) noexcept {
  if (field.id >= known_ids) return "a field's id is none that weir_field_id gave";
  if (field.kind > WEIR_JSON) return "a field's kind is unknown";
  return {};
}

// Adds up sizes. The largest of them keeps the sum from wrapping: 4096 below 2^32 do not.
struct Sizes {
  std::uint64_t bytes = 0;
  std::uint64_t widest = 0;
  bool null = false;  // something has no address

  void add(const weir_field& field, std::uint64_t unit = 1) noexcept {
    bytes += field.size * unit;
    widest |= field.size;
    null |= field.word == 0 && field.size != 0;
  }
  bool large() const noexcept { return widest >> 32 != 0 || bytes > WEIR_MAX_EVENT_BYTES; }
};

std::uint64_t unit_of(const weir_field& array) noexcept {
  return array.kind == WEIR_TEXT_ARRAY ? 1 : 8;
}

bool is_array(std::uint32_t kind) noexcept {
  return kind >= WEIR_INTEGER_ARRAY && kind <= WEIR_TEXT_ARRAY;
}

}  // namespace

void Layout::clear() noexcept {
  heads.clear();
  words.clear();
  texts.clear();
  converted.clear();
  lacking.clear();
  unread.clear();
  arrays.clear();
  problem = {};
}

bool Layout::read(const weir_event& event, Value* row) const noexcept {
  const auto* const fields = reinterpret_cast<const char*>(event.fields);
  auto* const values = reinterpret_cast<char*>(row);
  const auto word_at = [&](std::uint32_t field) {
    return load<std::uint64_t>(fields + field + offsetof(weir_field, word));
  };
  const auto size_at = [&](std::uint32_t field) {
    return load<std::uint64_t>(fields + field + offsetof(weir_field, size));
  };
  const auto put = [&](std::uint32_t value, std::uint64_t word, std::uint64_t tail) {
    std::memcpy(values + value, &word, sizeof word);
    std::memcpy(values + value + sizeof word, &tail, sizeof tail);
  };
  for (const Slot slot : lacking) row[slot] = {};
  for (const Stored& wanted : words) put(wanted.value, word_at(wanted.field), wanted.tail);
  std::uint64_t widest = 0;
  bool null = false;
  for (const Stored& wanted : texts) {
    const std::uint64_t size = size_at(wanted.field), word = word_at(wanted.field);
    widest |= size;
    null |= word == 0;
    // The key phase reads the texts when the whole chunk has gone through here.
    __builtin_prefetch(reinterpret_cast<const void*>(static_cast<std::uintptr_t>(word)));
    put(wanted.value, word, size == 0 ? 0 : wanted.tail | size);
  }
  for (const std::uint32_t field : unread) {
    widest |= size_at(field);
    null |= word_at(field) == 0;
  }
  const bool good = widest <= beyond_doubt && !null && arrays.empty();
  return good || check_sizes(event).empty();
}

std::string_view Layout::check_sizes(const weir_event& event) const noexcept {
  Sizes sizes;
  for (const Stored& text : texts) sizes.add(event.fields[text.field / sizeof(weir_field)]);
  for (const std::uint32_t field : unread) sizes.add(event.fields[field / sizeof(weir_field)]);
  for (const std::uint32_t position : arrays)
    sizes.add(event.fields[position], unit_of(event.fields[position]));
  if (sizes.large()) return too_large;
  if (sizes.null) return null_text;
  for (const std::uint32_t position : arrays)
    if (const weir_field& field = event.fields[position]; field.kind == WEIR_TEXT_ARRAY)
      if (const auto wrong = check_texts(field, sizes.bytes); !wrong.empty()) return wrong;
  return {};
}

const Layout& Layouts::find(const weir_event& event, const SlotMap& slots) {
  for (std::size_t i = 0; i < known_; ++i)
    if (layouts_[i].problem.empty() && layouts_[i].is_of(event)) return layouts_[last_ = i];
  if (known_ < layouts_.size())
    last_ = known_++;
  else
    last_ = (last_ + 1) % layouts_.size();
  resolve(event, slots, layouts_[last_]);
  return layouts_[last_];
}

void Layouts::resolve(const weir_event& event, const SlotMap& slots, Layout& layout) {
  layout.clear();
  if (layout.problem = check_fields(event); !layout.problem.empty()) return;
  layout.problem = unresolved;  // until nothing can fail any more
  // Of two fields with the same id the last counts.
  position_.assign(slots.size(), nowhere);
  const std::uint32_t known = field_count();
  for (std::uint32_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    if (const auto problem = check_head(field, known); !problem.empty()) {
      layout.problem = problem;
      return;
    }
    layout.heads.push_back(head_of(field));
    if (is_array(field.kind)) layout.arrays.push_back(i);
    if (const Slot slot = slots.find(field.id); slot != SlotMap::none) position_[slot] = i;
  }
  for (std::uint32_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    const Slot slot = slots.find(field.id);
    const bool wanted = slot != SlotMap::none && position_[slot] == i;
    const auto kind = static_cast<Kind>(field.kind);
    const bool fits = wanted && weir::fits(kind, slots.type(slot));
    const auto stored = [&] {
      // As a Value has them in memory: the size in the lower half, the kind in the upper.
      return Layout::Stored{static_cast<std::uint32_t>(i * sizeof(weir_field)),
                            static_cast<std::uint32_t>(slot * sizeof(Value)),
                            static_cast<std::uint64_t>(field.kind) << 32};
    };
    if (fits && kind == Kind::text) {
      layout.texts.push_back(stored());
      continue;
    }
    if (kind == Kind::text || kind == Kind::json)
      layout.unread.push_back(static_cast<std::uint32_t>(i * sizeof(weir_field)));
    if (fits && (kind == Kind::integer || kind == Kind::boolean))
      layout.words.push_back(stored());
    else if (wanted)  // a double may be NaN, so even one that fits is looked at
      layout.converted.push_back({i, slot, slots.type(slot)});
  }
  layout.beyond_doubt = WEIR_MAX_EVENT_BYTES / (layout.texts.size() + layout.unread.size() + 1) / 2;
  for (std::size_t slot = 0; slot < slots.size(); ++slot)
    if (position_[slot] == nowhere) layout.lacking.push_back(static_cast<Slot>(slot));
  layout.problem = {};
}

}  // namespace weir::engine
