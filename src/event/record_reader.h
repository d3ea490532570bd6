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
  RecordTrail trail_;
  std::uint64_t record_ = 0;         // a number of its own for each
  std::vector<std::uint64_t> seen_;  // by object of the keys: the record that it was last met in
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
