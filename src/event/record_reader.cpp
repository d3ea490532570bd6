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

<<<<<<< HEAD
std::string_view RecordReader::read(const weir_record& record, const KeyTree& keys, Value* row,
                                    Bump& bump, std::uint64_t& conversion_errors) {
=======
RecordReader::RecordReader() : table_(2 * max_steps) {
  steps_.reserve(max_steps);
  forget_keys();
}

void RecordReader::forget_keys() {
  steps_.clear();
  steps_.emplace_back();
  std::fill(table_.begin(), table_.end(), 0);
}

// The last id of all has no slot left: 65,535 names are as many as a record's fields can be told
// by.
void RecordReader::follow(const std::shared_ptr<const LineFormat>& format) {
  const std::uint32_t known = std::min<std::uint32_t>(field_count(), SlotMap::none - 1);
  if (known_ == known && format_ == format) {
    if (steps_.size() == max_steps) forget_keys();
    return;
  }
  known_ = 0;  // in case that memory runs out
  slots_ = SlotMap(format->schema);
  for (FieldId id = 0; id < known; ++id) slots_.want(id);
  keys_ = KeyTree(slots_, format->map);
  row_.assign(keys_.width(), {});
  touched_in_.assign(keys_.width(), 0);
  touched_.clear();
  seen_.assign(keys_.objects(), 0);
  run_in_.assign(keys_.derivations().size(), 0);
  forget_keys();
  known_ = known;
  format_ = format;
}

std::size_t RecordReader::place(std::string_view key) const noexcept {
  const std::size_t bound = table_.size() - 1;
  std::size_t at = XXH3_64bits(key.data(), key.size()) & bound;
  while (table_[at] != 0 && steps_[table_[at]].key != key) at = (at + 1) & bound;
  return at;
}

// at: the step of the member before; that of this one afterwards.
RecordReader::Step& RecordReader::step_of(std::string_view key, std::uint32_t& at) {
  std::uint32_t& guess = steps_[at].next;
  if (steps_[guess].key == key && guess != 0) return steps_[at = guess];
  std::uint32_t& found = table_[place(key)];
  if (found == 0) {
    if (steps_.size() == max_steps || key.size() > max_key) {
      unknown_.found = keys_.find(KeyTree::top, key);
      unknown_.kept_in = 0;
      return unknown_;
    }
    Step step;
    step.key = key;
    step.found = keys_.find(KeyTree::top, key);
    steps_.push_back(std::move(step));
    found = static_cast<std::uint32_t>(steps_.size() - 1);
  }
  return steps_[at = guess = found];
}

void RecordReader::touch(Slot slot) {
  if (touched_in_[slot] == record_) return;
  touched_in_[slot] = record_;
  touched_.push_back(slot);
}

void RecordReader::store(Value value, const KeyTree::Key& key, const Reading& reading) {
  const bool plain = value.kind == Kind::text && value.size > 0 && key.type == FieldType::text;
  if (!plain && !convert(value, key.type, reading.memory)) {
    ++reading.conversion_errors;
    value = {};
  }
  touch(key.slot);
  row_[key.slot] = value;
}

void RecordReader::read_elements(const Value& array, KeyTree::Node node, const Reading& reading) {
  for (std::uint32_t i = 0; i < array.size; ++i) {
    char digits[32];
    const KeyTree::Key key = keys_.find(node, format_integer(i, digits));
    if (key.wanted()) store(element_of(array, i), key, reading);
  }
}

void RecordReader::read_member(const weir_member& member, Step& step, const Reading& reading) {
  const Value value = value_of(member);
  const KeyTree::Key& key = step.found;
  // Of two members of that name the last counts, whole.
  if (key.inside != KeyTree::nowhere && std::exchange(seen_[key.inside], record_) == record_)
    for (const Slot slot : keys_.slots(key.inside)) row_[slot] = {};
  if (key.wanted()) store(value, key, reading);
  if (key.inside != KeyTree::nowhere && is_array(value) && keys_.is_indexed(key.inside))
    read_elements(value, key.inside, reading);
  if (key.wanted() || key.inside != KeyTree::nowhere) return;
  if (format_->map != nullptr && format_->map->keep)
    keep(member, is_empty(value) ? Value{} : value, step);
}

void RecordReader::keep(const weir_member& member, const Value& value, Step& step) {
  if (step.kept_in == record_) {
    kept_[step.kept_at].value = value;
    return;
  }
  const std::string_view key = key_of_extra({member.key, member.key_size});
  may_repeat_ = may_repeat_ || &step == &unknown_ || key.size() != member.key_size;
  step.kept_in = record_;
  step.kept_at = kept_.size();
  kept_.push_back({key, value});
}

// Of keys that are not remembered, or are written in two ways, the last counts too.
void RecordReader::drop_repeated() {
  order_.resize(kept_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return kept_[a].key != kept_[b].key ? kept_[a].key < kept_[b].key : a < b;
  });
  for (std::size_t i = 0; i + 1 < order_.size(); ++i)
    if (kept_[order_[i]].key == kept_[order_[i + 1]].key) kept_[order_[i]].value = {};
}

void RecordReader::run(std::uint32_t derivation, std::int64_t reference, const Reading& reading) {
  if (run_in_[derivation] == record_) return;
  run_in_[derivation] = record_;
  const Derivations& all = keys_.derivations();
  all.apply(derivation, row_.data(), reference, reading.memory, reading.conversion_errors);
  touch(all.target(derivation));
}

// Only what the places that the record has touched lead to, and the constants.
void RecordReader::derive(std::int64_t reference, const Reading& reading) {
  const Derivations& all = keys_.derivations();
  const std::size_t members = touched_.size();
  for (std::size_t i = 0; i < members; ++i)
    for (const std::uint32_t derivation : all.of_place(touched_[i]))
      run(derivation, reference, reading);
  for (const std::uint32_t derivation : all.with_constants()) run(derivation, reference, reading);
}

std::string_view RecordReader::kept_as_json(Bump& memory) {
  if (may_repeat_) drop_repeated();
  text_ = '{';
  for (const Kept& kept : kept_) {
    if (!kept.value.present()) continue;
    if (text_.size() > 1) text_ += ',';
    append_text_member(text_, kept.key, kept.value);
  }
  text_ += '}';
  return text_.size() == 2 ? std::string_view() : memory.copy(text_);
}

weir_event RecordReader::read(const weir_record& record,
                              const std::shared_ptr<const LineFormat>& format, Bump& memory,
                              std::uint64_t& conversion_errors) {
  constexpr std::int64_t nanos_a_milli = 1'000'000;
  follow(format);
  ++record_;
  kept_.clear();
  may_repeat_ = false;
  for (const Slot slot : touched_) row_[slot] = {};  // of a record that memory ran out for, too
  touched_.clear();
  const Reading reading{memory, conversion_errors};
  std::uint32_t at = 0;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    const weir_member& member = record.members[i];
    read_member(member, step_of({member.key, member.key_size}, at), reading);
  }
  if (!keys_.derivations().empty()) derive(record.arrived / nanos_a_milli, reading);
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take((touched_.size() + 1) * sizeof(weir_field)));
  std::size_t count = 0;
  for (const Slot slot : touched_)
    if (slot < known_ && row_[slot].present()) fields[count++] = field_of(slot, row_[slot]);
  if (!kept_.empty()) {
    const std::string_view extra = kept_as_json(memory);
    if (!extra.empty()) fields[count++] = field_of(fields::Extra, Value::json(extra));
  }
  return {fields, count, record.cookie};
}

std::string_view check_members(const weir_record& record) noexcept {
>>>>>>> w-review
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
    if (key.inside != KeyTree::nowhere && is_list(value_of(member)) && keys.is_indexed(key.inside))
      for_wanted_elements(keys, key.inside, value_of(member), store);
  }
  if (sizes.large()) return too_large;
  if (!keys.derivations().empty())
    keys.derivations().apply(row, reference_of(record), bump, conversion_errors);
  return {};
}

}  // namespace weir
