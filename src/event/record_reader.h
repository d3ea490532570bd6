// Records to events: an event under its source's own keys becomes one with the fields that a
// mapping gives it, each value of its field's type.
//
// Records of one source have the same keys in much the same order. So each key that was met
// remembers what it leads to and which key came behind it the last time, and a member costs one
// comparison. What a record does not touch costs nothing. One thread a reader; no allocation once
// its buffers have grown.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/key_tree.h"
#include "event/line_format.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir {

class RecordReader {
 public:
  RecordReader();

  // The fields that have an id, in the order of the record's members, then those that are derived,
  // then with `keep` an Extra of all else. They lie in `memory`; texts borrow from the record. Adds
  // to conversion_errors the values that were not stored. Throws bad_alloc.
  // REQUIRES: check_members(record).empty()
  weir_event read(const weir_record& record, const std::shared_ptr<const LineFormat>& format,
                  Bump& memory, std::uint64_t& conversion_errors);

 private:
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
};

// Why a record cannot be read, empty if it can.
std::string_view check_members(const weir_record& record) noexcept;

}  // namespace weir
