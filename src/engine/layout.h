// What the fields of an event are to rules: found once for all events with the same ids and kinds
// in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "event/slots.h"
#include "weir/weir.h"

namespace weir::engine {

struct Layout {
  struct Wanted {
    std::uint32_t position;  // in the event's fields
    Slot slot;
    FieldType type;
    bool fits;  // needs no conversion
  };
  std::vector<std::uint64_t> heads;  // id and kind of each field
  std::vector<std::uint32_t> sized;  // positions of text, JSON and arrays
  std::vector<Wanted> wanted;
  std::vector<Slot> lacking;  // wanted slots that no field fills
  std::string_view problem;   // why events of this layout are rejected

  bool is_of(const weir_event& event) const noexcept;
  // What is wrong with the sizes in an event of this layout, empty if nothing.
  std::string_view check_sizes(const weir_event& event) const noexcept;
};

// The last few layouts. Sources mix some kinds of events; when there are more kinds than these, a
// layout is resolved again. One thread.
class Layouts {
 public:
  // The event's layout, with the slots of the loaded rules; valid until the next call. Throws
  // bad_alloc.
  const Layout& of(const weir_event& event, const SlotMap& slots);
  // REQUIRED when the slots change.
  void forget() noexcept { known_ = 0; }

 private:
  void resolve(const weir_event& event, const SlotMap& slots, Layout& layout);

  std::array<Layout, 8> layouts_;
  std::size_t known_ = 0;
  std::size_t last_ = 0;      // that of the event before
  std::vector<bool> filled_;  // slots, while a layout is resolved
};

}  // namespace weir::engine
