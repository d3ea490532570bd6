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
  // Of a wanted field that is stored as it is: where it lies in the event's fields and where its
  // value lies in a row, in bytes.
  struct Stored {
    std::uint32_t field;
    std::uint32_t value;
    std::uint64_t tail;  // second word of the value; of a text without its size
  };
  // Positions are those in the event's fields.
  struct Converted {
    std::uint32_t position;
    Slot slot;
    FieldType type;
  };
  std::vector<std::uint64_t> heads;  // of each field
  std::vector<Stored> words;         // integers and truth values
  std::vector<Stored> texts;
  std::vector<Converted> converted;   // the other wanted fields
  std::vector<Slot> lacking;          // wanted slots that no field fills
  std::vector<std::uint32_t> unread;  // texts and JSON that are not among `texts`: bytes, as there
  std::vector<std::uint32_t> arrays;  // positions of all of them
  std::uint64_t beyond_doubt = 0;     // sizes up to this cannot add up to too much
  std::string_view problem;           // why events of this layout are rejected

  void clear() noexcept;
  bool is_of(const weir_event& event) const noexcept {
    if (event.field_count != heads.size() || event.fields == nullptr) return false;
    const std::uint64_t* head = heads.data();
    const std::uint64_t* const end = head + heads.size();
    std::uint64_t difference = 0;
#pragma GCC unroll 4
    for (const weir_field* field = event.fields; head != end; ++head, ++field)
      difference |= head_of(*field) ^ *head;
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
