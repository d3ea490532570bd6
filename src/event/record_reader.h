// Records to rows of values: what a mapping makes of an event under its source's own keys.
//
// Every member is checked, the wanted ones are stored. A member costs a comparison of its key. One
// thread a reader; no allocation once its buffers have grown.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/key_tree.h"
#include "event/record_trail.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir {

class RecordReader {
 public:
  // row: keys.width() values, set to absent before; those behind the slots are scratch. Texts
  // borrow from the record or lie in `bump`. Adds to conversion_errors the values that were not
  // stored. Returns why the record cannot be read, empty if it can. Throws bad_alloc.
  std::string_view read(const weir_record& record, const KeyTree& keys, Value* row, Bump& bump,
                        std::uint64_t& conversion_errors);

 private:
<<<<<<< HEAD
  RecordTrail trail_;
  std::uint64_t record_ = 0;         // a number of its own for each
  std::vector<std::uint64_t> seen_;  // by object of the keys: the record that it was last met in
=======
  // A key that was met.
  struct Step {
    std::string key;
    KeyTree::Key found;
    std::uint32_t next = 0;     // the step that came behind it
    std::uint64_t kept_in = 0;  // the record that last kept its value,
    std::size_t kept_at = 0;    // and where among the kept
  };
  struct Kept {
    std::string_view key;
    Value value;
  };
  // One record while it is read.
  struct Reading {
    Bump& memory;
    std::uint64_t& conversion_errors;
  };

  void follow(const std::shared_ptr<const LineFormat>& format);
  void forget_keys();
  std::size_t place(std::string_view key) const noexcept;
  Step& step_of(std::string_view key, std::uint32_t& at);
  void read_member(const weir_member& member, Step& step, const Reading& reading);
  void read_elements(const Value& array, KeyTree::Node node, const Reading& reading);
  void keep(const weir_member& member, const Value& value, Step& step);
  void drop_repeated();
  void touch(Slot slot);
  void store(Value value, const KeyTree::Key& key, const Reading& reading);
  void derive(std::int64_t reference, const Reading& reading);
  void run(std::uint32_t derivation, std::int64_t reference, const Reading& reading);
  std::string_view kept_as_json(Bump& memory);

  std::shared_ptr<const LineFormat> format_;
  std::uint32_t known_ = 0;  // fields
  SlotMap slots_;            // each field's is its id
  KeyTree keys_;
  std::vector<Value> row_;                 // all absent between records
  std::vector<Slot> touched_;              // of the row, in the order of the record
  std::vector<std::uint64_t> touched_in_;  // by slot: the record that touched it last
  std::vector<std::uint64_t> run_in_;      // by derivation: the record that it was last run for
  std::vector<Step> steps_;                // never moves; the first is none
  std::vector<std::uint32_t> table_;       // of steps by key: open addressing, at most half full
  Step unknown_;                           // for a key that is not remembered
  std::vector<std::uint64_t> seen_;   // by object of the keys: the record that it was last met in
  std::vector<Kept> kept_;            // absent: another member took its place, or it was empty
  std::vector<std::uint32_t> order_;  // of the kept, by key; scratch
  bool may_repeat_ = false;           // some of the kept may have one key
  std::string text_;
  std::uint64_t record_ = 0;  // a number of its own for each
>>>>>>> w-review
};

inline Value value_of(const weir_member& member) noexcept {
  return {member.word, static_cast<std::uint32_t>(member.size), static_cast<Kind>(member.kind)};
}

inline std::string_view key_of(const weir_member& member) noexcept {
  return {member.key, member.key_size};
}

// What times without a year are near to, milliseconds.
inline std::int64_t reference_of(const weir_record& record) noexcept {
  return record.arrived / 1'000'000;
}

}  // namespace weir
