#include "enrich/subject.h"

#include <algorithm>

#include "base/text.h"
#include "event/convert.h"
#include "event/event_copy.h"
#include "event/field_value.h"

namespace weir::enrich {

namespace {

// The whole characters among the first bytes.
std::string_view first_bytes(std::string_view text, std::size_t count) noexcept {
  while (count > 0 && count < text.size() &&
         (static_cast<unsigned char>(text[count]) & 0xC0) == 0x80)
    --count;
  return text.substr(0, count);
}

}  // namespace

Target Wiring::target(FieldId field) {
  const Slot slot = slots.want(field);
  return {field, slot, slots.type(slot), text_limit(field), text_limit_bytes(field)};
}

Value Subject::cut_to_limit(const Target& target, const Value& value) {
  std::string_view left = value.text();
  if (target.limit != 0 && left.size() > target.limit) left = first_code_points(left, target.limit);
  if (target.limit_bytes != 0) left = first_bytes(left, target.limit_bytes);
  if (left.size() == value.size) return value;
  ++cut_;
  return Value::of(left);
}

bool Subject::set(const Target& target, Value value) {
  if (!convert(value, target.type, memory_)) return false;
  if (value.kind == weir::Kind::text) value = cut_to_limit(target, value);
  note(copy_field(field_of(target.field, value), memory_));
  return true;
}

void Subject::note(const weir_field& field) {
  if (const Slot slot = slots_.find(field.id); slot != SlotMap::none) row_[slot] = value_of(field);
  const auto same = [&](const weir_field& other) { return other.id == field.id; };
  if (const auto found = std::find_if(changes_.begin(), changes_.end(), same);
      found != changes_.end())
    *found = field;
  else
    changes_.push_back(field);
}

bool Subject::is_change(FieldId field) const noexcept {
  return std::any_of(changes_.begin(), changes_.end(),
                     [&](const weir_field& change) { return change.id == field; });
}

bool Subject::append(const Target& target, Value value) {
  const bool many = is_array(value.kind);
  if (!convert(value, many ? target.type : element_type(target.type), memory_)) return false;
  if (!value.present()) return true;
  const weir::Kind kind = array_of(element_type(target.type));
  const Value before = row_[target.slot];
  const std::uint32_t old = before.kind == kind ? before.size : 0;
  const std::uint32_t added = many ? value.size : 1;
  if (kind == weir::Kind::text_array) {
    auto* const to = reinterpret_cast<TextRef*>(memory_.take((old + added) * sizeof(TextRef)));
    const auto copied = [&](std::string_view text) {
      return TextRef{memory_.copy(text).data(), text.size()};
    };
    // What an earlier rule has set lies in the memory already.
    const bool kept = is_change(target.field);
    for (std::uint32_t i = 0; i < old; ++i) {
      const TextRef& text = before.pointer<TextRef>()[i];
      to[i] = kept ? text : copied(text.view());
    }
    for (std::uint32_t i = 0; i < added; ++i)
      to[old + i] = copied(many ? value.pointer<TextRef>()[i].view() : value.text());
    note(field_of(target.field, Value::array(kind, to, old + added)));
    return true;
  }
  auto* const to = reinterpret_cast<std::uint64_t*>(memory_.take((old + added) * 8));
  std::copy_n(before.pointer<std::uint64_t>(), old, to);
  std::copy_n(many ? value.pointer<std::uint64_t>() : &value.word, added, to + old);
  note(field_of(target.field, Value::array(kind, to, old + added)));
  return true;
}

std::string_view as_text(const Value& value, std::span<char, 32> buffer) noexcept {
  switch (value.kind) {
    case weir::Kind::text:
      return value.text();
    case weir::Kind::integer:
      return format_integer(value.integer(), buffer);
    case weir::Kind::floating:
      return format_double(value.floating(), buffer);
    case weir::Kind::boolean:
      return value.word != 0 ? "true" : "false";
    default:
      return {};
  }
}

}  // namespace weir::enrich
