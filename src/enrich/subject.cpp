#include "enrich/subject.h"

#include <algorithm>

#include "base/text.h"
#include "event/convert.h"
#include "event/event_copy.h"
#include "event/field_value.h"

namespace weir::enrich {

std::uint32_t text_limit(FieldId field) noexcept {
  const auto fields = standard_fields();
  if (field >= fields.size()) return 0;
  std::uint64_t limit = 0;
  for (const char c : fields[field].limits) {
    if (c < '0' || c > '9') break;
    limit = limit * 10 + static_cast<std::uint64_t>(c - '0');
  }
  // "1023 chars"; other limits, those of numbers, begin with a letter.
  return fields[field].type == FieldType::text ? static_cast<std::uint32_t>(limit) : 0;
}

Target Wiring::target(FieldId field) {
  const Slot slot = slots.want(field);
  return {field, slot, slots.type(slot), text_limit(field)};
}

bool Subject::set(const Target& target, Value value) {
  if (!convert(value, target.type, memory_)) return false;
  if (value.kind == Kind::text && target.limit != 0 && value.size > target.limit) {
    const std::string_view whole = value.text();
    const std::string_view cut = first_code_points(whole, target.limit);
    if (cut.size() < whole.size()) {
      value = Value::of(cut);
      ++cut_;
    }
  }
  store(target, value);
  return true;
}

void Subject::store(const Target& target, const Value& value) {
  const weir_field field = copy_field(field_of(target.field, value), memory_);
  note(field);
  row_[target.slot] = value_of(field);
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

bool Subject::append(const Target& target, Value element) {
  const FieldType type = target.type == FieldType::text_array    ? FieldType::text
                         : target.type == FieldType::float_array ? FieldType::floating
                                                                 : FieldType::number;
  if (!convert(element, type, memory_)) return false;
  if (!element.present()) return true;
  const Value before = row_[target.slot];
  const Kind kind = array_of(type);
  const std::uint32_t size = before.kind == kind ? before.size : 0;
  const std::size_t width = kind == Kind::text_array ? sizeof(TextRef) : 8;
  char* const to = memory_.take((size + 1) * width);
  if (size != 0) std::copy_n(before.pointer<char>(), size * width, to);
  if (kind == Kind::text_array)
    reinterpret_cast<TextRef*>(to)[size] = {element.text().data(), element.size};
  else
    reinterpret_cast<std::uint64_t*>(to)[size] = element.word;
  store(target, Value::array(kind, to, size + 1));
  return true;
}

std::string_view as_text(const Value& value, std::span<char, 32> buffer) noexcept {
  switch (value.kind) {
    case Kind::text:
      return value.text();
    case Kind::integer:
      return format_integer(value.integer(), buffer);
    case Kind::floating:
      return format_double(value.floating(), buffer);
    case Kind::boolean:
      return value.word != 0 ? "true" : "false";
    default:
      return {};
  }
}

}  // namespace weir::enrich
