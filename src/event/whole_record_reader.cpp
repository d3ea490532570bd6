#include "event/whole_record_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "event/convert.h"
#include "event/field_value.h"
#include "event/json_writer.h"
#include "event/list_elements.h"
#include "event/record_reader.h"
#include "event/standard_fields.h"

namespace weir {

// The last id of all has no slot left: 65,535 names are as many as a record's fields can be told
// by.
void WholeRecordReader::follow(const std::shared_ptr<const LineFormat>& format) {
  const std::uint32_t known = std::min<std::uint32_t>(field_count(), SlotMap::none - 1);
  if (known_ != known || format_ != format) {
    known_ = 0;  // in case that memory runs out
    SlotMap slots(format->schema);
    for (FieldId id = 0; id < known; ++id) slots.want(id);
    keys_ = KeyTree(slots, format->map);
    row_.assign(keys_.width(), {});
    touched_in_.assign(keys_.width(), 0);
    touched_.clear();
    seen_.assign(keys_.objects(), 0);
    run_in_.assign(keys_.derivations().size(), 0);
    known_ = known;
    format_ = format;
  }
  trail_.follow(keys_);
}

void WholeRecordReader::touch(Slot slot) {
  if (touched_in_[slot] == record_) return;
  touched_.push_back(slot);
  touched_in_[slot] = record_;
}

void WholeRecordReader::store(Value value, const KeyTree::Key& key, Bump& memory) {
  const bool plain = value.kind == Kind::text && value.size > 0 && key.type == FieldType::text;
  if (!plain && !convert(value, key.type, memory)) {
    ++lost_;
    value = {};
  }
  touch(key.slot);
  row_[key.slot] = value;
}

// Of two members with one key the last counts, also if it is empty.
void WholeRecordReader::keep(const weir_member& member, RecordTrail::Step step) {
  const Value value = is_absent(value_of(member)) ? Value{} : value_of(member);
  KeptAt& at = kept_at_[step];
  const std::string_view key = key_of_extra(key_of(member));
  may_repeat_ = may_repeat_ || step == RecordTrail::unknown || key.size() != member.key_size;
  if (step != RecordTrail::unknown && at.record == record_) {
    kept_[at.index].value = value;
    return;
  }
  kept_.push_back({key, value});
  at = {record_, kept_.size() - 1};
}

// Of keys that are not remembered, or are written in two ways, the last counts too.
void WholeRecordReader::drop_repeated() {
  order_.resize(kept_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return kept_[a].key != kept_[b].key ? kept_[a].key < kept_[b].key : a < b;
  });
  for (std::size_t i = 0; i + 1 < order_.size(); ++i)
    if (kept_[order_[i]].key == kept_[order_[i + 1]].key) kept_[order_[i]].value = {};
}

void WholeRecordReader::read_member(const weir_member& member, RecordTrail::Step step,
                                    Bump& memory) {
  const KeyTree::Key& key = trail_.key(step);
  // Of two members of that name the last counts, whole.
  if (key.inside != KeyTree::nowhere && std::exchange(seen_[key.inside], record_) == record_)
    for (const Slot slot : keys_.slots(key.inside)) row_[slot] = {};
  if (key.wanted()) store(value_of(member), key, memory);
  if (key.inside == KeyTree::nowhere) {
    if (!key.wanted() && format_->map != nullptr && format_->map->keep) keep(member, step);
  } else if (is_array(value_of(member).kind) && keys_.is_indexed(key.inside)) {
    for_wanted_elements(
        keys_, key.inside, value_of(member),
        [&](const Value& element, const KeyTree::Key& to) { store(element, to, memory); });
  }
}

void WholeRecordReader::run(std::uint32_t derivation, std::int64_t reference, Bump& memory) {
  if (run_in_[derivation] == record_) return;
  run_in_[derivation] = record_;
  const Derivations& all = keys_.derivations();
  all.apply(derivation, row_.data(), reference, memory, lost_);
  touch(all.target(derivation));
}

// Only what the places that the record has touched lead to, and the constants.
void WholeRecordReader::derive(std::int64_t reference, Bump& memory) {
  const Derivations& all = keys_.derivations();
  const std::size_t members = touched_.size();
  for (std::size_t i = 0; i < members; ++i)
    for (const std::uint32_t derivation : all.of_place(touched_[i]))
      run(derivation, reference, memory);
  for (const std::uint32_t derivation : all.with_constants()) run(derivation, reference, memory);
}

std::string_view WholeRecordReader::kept_as_json(Bump& memory) {
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

weir_event WholeRecordReader::read(const weir_record& record,
                                   const std::shared_ptr<const LineFormat>& format, Bump& memory,
                                   std::uint64_t& lost) {
  for (const Slot slot : touched_) row_[slot] = {};  // of the record before
  touched_.clear();
  kept_.clear();
  may_repeat_ = false;
  lost_ = 0;
  ++record_;
  follow(format);
  RecordTrail::Step step = RecordTrail::unknown;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    step = trail_.find(keys_, key_of(record.members[i]), step);
    read_member(record.members[i], step, memory);
  }
  if (!keys_.derivations().empty()) derive(reference_of(record), memory);
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take((touched_.size() + 1) * sizeof(weir_field)));
  std::size_t count = 0;
  for (const Slot slot : touched_)
    if (slot < known_ && row_[slot].present()) fields[count++] = field_of(slot, row_[slot]);
  if (!kept_.empty())
    if (const auto extra = kept_as_json(memory); !extra.empty())
      fields[count++] = field_of(fields::Extra, Value::json(extra));
  lost += lost_;
  return {fields, count, record.cookie};
}

}  // namespace weir
