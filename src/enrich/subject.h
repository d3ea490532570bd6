// An event on its way out, as enrichment rules see it and change it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "enrich/text_limit.h"
#include "event/schema.h"
#include "event/slots.h"
#include "event/value.h"
#include "lookup/tables.h"
#include "weir/weir.h"

namespace weir::enrich {

// What became of an event at a rule.
enum class Effect : std::uint8_t {
  applied,  // a field was set or cleared
  missed,   // there was nothing to set: no entry, no value to begin with
  failed,   // there was, but it could not be decoded or does not fit the field's type
};

// A field that a rule sets.
struct Target {
  FieldId field = 0;
  Slot slot = SlotMap::none;  // always wanted: later rules may read it
  FieldType type = FieldType::text;
  std::uint32_t limit = 0;        // of a text, in code points; 0: none
  std::uint32_t limit_bytes = 0;  // likewise, where KUMA counts bytes
};

// What a rule is compiled against: fields become slots, lookups become tables.
struct Wiring {
  SlotMap& slots;
  const lookup::Tables& tables;

  Slot source(FieldId field) { return slots.want(field); }
  Target target(FieldId field);
};

// Buffers that rules reuse; one a thread. Keeps its capacity between events.
struct Scratch {
  std::string text[2];  // of conversions, by turns
};

// One event. Used by one thread, for the length of its way through the rules.
class Subject {
 public:
  // row: the event's values by slot, which set() changes. changes: empty, or what earlier rules
  // have set. memory: of the outputs, so that what lies in it is there until they are delivered.
  Subject(Value* row, std::vector<weir_field>& changes, Bump& memory, const lookup::Clock& clock,
          const SlotMap& slots, Scratch& scratch)
      : row_(row),
        changes_(changes),
        memory_(memory),
        clock_(clock),
        slots_(slots),
        scratch_(scratch) {}
  // With buffers of its own, which it allocates anew: for what comes one by one.
  Subject(Value* row, std::vector<weir_field>& changes, Bump& memory, const lookup::Clock& clock,
          const SlotMap& slots)
      : Subject(row, changes, memory, clock, slots, own_scratch_) {}
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const Value& value(Slot slot) const noexcept { return row_[slot]; }
  const lookup::Clock& clock() const noexcept { return clock_; }
  Bump& memory() const noexcept { return memory_; }
  Scratch& scratch() const noexcept { return scratch_; }

  // Sets a field: converts the value to the field's type and copies it. A text that is longer than
  // the field's limit is cut at a character and counted; an absent value or an empty text clears
  // the field. False, with nothing changed, if the value does not convert. Throws bad_alloc.
  bool set(const Target& target, Value value);
  // Adds a value, or the elements of an array, at the end of an array field. The same of failures;
  // what is absent adds nothing. REQUIRES: an array field
  bool append(const Target& target, Value value);
  // set(), or of an array field append().
  bool put(const Target& target, const Value& value) {
    return is_array(target.type) ? append(target, value) : set(target, value);
  }

  // A field that the host has set, converted already; its memory is that of the outputs.
  void note(const weir_field& field);

  std::span<const weir_field> changes() const noexcept { return changes_; }
  std::uint64_t cut() const noexcept { return cut_; }  // texts

 private:
  Value cut_to_limit(const Target& target, const Value& value);
  bool is_change(FieldId field) const noexcept;

  Value* row_;
  std::vector<weir_field>& changes_;
  Bump& memory_;
  const lookup::Clock& clock_;
  const SlotMap& slots_;
  Scratch own_scratch_;
  Scratch& scratch_;
  std::uint64_t cut_ = 0;
};

// The value as the text that it would be in a field of text; arrays and JSON: empty. Of a number it
// lies in `buffer`.
std::string_view as_text(const Value& value, std::span<char, 32> buffer) noexcept;

}  // namespace weir::enrich
