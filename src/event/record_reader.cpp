#include "event/record_reader.h"

#include <algorithm>
#include <utility>

#include "event/convert.h"
#include "event/field_check.h"
#include "event/list_elements.h"

namespace weir {

namespace {

// What the members of a record take, and whether one is wrong.
struct Sizes {
  std::uint64_t bytes = 0;
  std::uint64_t widest = 0;  // keeps the sum from wrapping: 4096 below 2^32 do not

  std::string_view add(const weir_member& member) noexcept {
    bytes += member.key_size;
    if (member.key == nullptr && member.key_size > 0) return "the address of a key is NULL";
    if (member.kind > WEIR_JSON) return "a member's kind is unknown";
    if (member.kind != WEIR_TEXT && member.kind < WEIR_INTEGER_ARRAY) return {};
    if (member.word == 0 && member.size > 0) return null_text;
    const bool words = member.kind == WEIR_INTEGER_ARRAY || member.kind == WEIR_FLOAT_ARRAY;
    widest |= member.size;
    bytes += member.size * (words ? 8 : 1);
    if (member.kind != WEIR_TEXT_ARRAY || member.size == 0) return {};
    if (large()) return too_large;
    return check_texts({0, member.kind, member.size, member.word}, bytes);
  }
  bool large() const noexcept { return widest >> 32 != 0 || bytes > WEIR_MAX_EVENT_BYTES; }
};

}  // namespace

std::string_view RecordReader::read(const weir_record& record, const KeyTree& keys, Value* row,
                                    Bump& bump, std::uint64_t& conversion_errors) {
  if (record.member_count > WEIR_MAX_FIELDS) return "more than 4096 fields";
  if (record.member_count > 0 && record.members == nullptr)
    return "the address of its members is NULL";
  std::fill_n(row, keys.width(), Value{});
  trail_.follow(keys);
  if (seen_.size() < keys.objects()) seen_.resize(keys.objects());
  ++record_;
  const auto store = [&](Value value, const KeyTree::Key& key) {
    const bool plain = value.kind == Kind::text && value.size > 0 && key.type == FieldType::text;
    if (!plain && !convert(value, key.type, bump)) {
      ++conversion_errors;
      value = {};
    }
    row[key.slot] = value;
  };
  Sizes sizes;
  RecordTrail::Step step = RecordTrail::unknown;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    const weir_member& member = record.members[i];
    if (const auto wrong = sizes.add(member); !wrong.empty()) return wrong;
    step = trail_.find(keys, key_of(member), step);
    const KeyTree::Key& key = trail_.key(step);
    // Of two members of that name the last counts, whole.
    if (key.inside != KeyTree::nowhere && std::exchange(seen_[key.inside], record_) == record_)
      for (const Slot slot : keys.slots(key.inside)) row[slot] = {};
    if (key.wanted()) store(value_of(member), key);
    if (key.inside != KeyTree::nowhere && is_array(value_of(member).kind) &&
        keys.is_indexed(key.inside))
      for_wanted_elements(keys, key.inside, value_of(member), store);
  }
  if (sizes.large()) return too_large;
  if (!keys.derivations().empty())
    keys.derivations().apply(row, reference_of(record), bump, conversion_errors);
  return {};
}

}  // namespace weir
