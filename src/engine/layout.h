// What the fields of an event are to rules: found once for all events with the same ids and kinds
// in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "event/slots.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir::engine {

// Of a field the id and the kind, in one word.
inline std::uint64_t head_of(const weir_field& field) noexcept {
  std::uint64_t head;
  static_assert(offsetof(weir_field, size) == sizeof head);
  std::memcpy(&head, &field, sizeof head);
  return head;
}

struct Layout {
  // Positions are those in the event's fields.
  struct Word {  // an integer or a truth value
    std::uint32_t position;
    Slot slot;
    Kind kind;
  };
  struct Text {
    std::uint32_t position;
    Slot slot;
  };
  struct Converted {
    std::uint32_t position;
    Slot slot;
    FieldType type;
  };
  std::vector<std::uint64_t> heads;  // of each field
  // The wanted fields: those that are stored as they are, and the others.
  std::vector<Word> words;
  std::vector<Text> texts;
  std::vector<Converted> converted;
  std::vector<Slot> lacking;          // wanted slots that no field fills
  std::vector<std::uint32_t> unread;  // texts and JSON that are not among `texts`
  std::vector<std::uint32_t> arrays;  // all of them
  std::string_view problem;           // why events of this layout are rejected

  void clear() noexcept;
  bool is_of(const weir_event& event) const noexcept {
    if (event.field_count != heads.size() || event.fields == nullptr) return false;
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < heads.size(); ++i)
      difference |= head_of(event.fields[i]) ^ heads[i];
    return difference == 0;
  }
  // Fills the row but for `converted`. False if a size is wrong: check_sizes() says what.
  bool read(const weir_event& event, Value* row) const noexcept;
  // What is wrong with the sizes in an event of this layout, empty if nothing.
  std::string_view check_sizes(const weir_event& event) const noexcept;
};

// The last few layouts. Sources mix some kinds of events; when there are more kinds than these, a
// layout is resolved again. One thread.
class Layouts {
 public:
  // The event's layout, with the slots of the loaded rules; valid until the next call. Throws
  // bad_alloc.
  const Layout& of(const weir_event& event, const SlotMap& slots) {
    const Layout& last = layouts_[last_];
    const bool same = known_ > 0 && last.problem.empty() && last.is_of(event);
    return same ? last : find(event, slots);
  }
  // REQUIRED when the slots change.
  void forget() noexcept { known_ = 0; }

 private:
  const Layout& find(const weir_event& event, const SlotMap& slots);
  void resolve(const weir_event& event, const SlotMap& slots, Layout& layout);

  std::array<Layout, 8> layouts_;
  std::size_t known_ = 0;
  std::size_t last_ = 0;                 // that of the event before
  std::vector<std::uint32_t> position_;  // by slot, while a layout is resolved
};

}  // namespace weir::engine
