#include "event/state.h"

#include <fmt/format.h>

#include <limits>

#include "event/event_copy.h"

namespace weir {

namespace {

bool is_kind(std::uint32_t kind) noexcept { return kind <= static_cast<std::uint32_t>(Kind::json); }

// Of a text or an array, which a Value has in 32 bits.
std::uint32_t sized(std::uint64_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max()) StateReader::refuse("a value is too large");
  return static_cast<std::uint32_t>(size);
}

}  // namespace

void StateReader::refuse(std::string_view why) {
  throw Failure(Status::invalid_snapshot,
                fmt::format("the snapshot cannot be restored: {}; take another one", why));
}

void StateWriter::field(FieldId id) {
  const auto [found, fresh] = numbers_.emplace(id, static_cast<std::uint32_t>(fields_.size()));
  if (fresh) fields_.push_back(id);
  number(found->second);
}

void StateWriter::field(const weir_field& one) {
  field(one.id);
  number(one.kind);
  switch (one.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      return text({address_of<char>(one), one.size});
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      number(one.size);
      return raw({address_of<char>(one), one.size * 8});
    case WEIR_TEXT_ARRAY:
      number(one.size);
      for (std::uint64_t i = 0; i < one.size; ++i) {
        const weir_text& element = address_of<weir_text>(one)[i];
        text({element.data, element.size});
      }
      return;
    default:
      number(one.word);
  }
}

void StateWriter::event(const weir_event& event) {
  number(event.cookie);
  number(event.field_count);
  for (std::uint64_t i = 0; i < event.field_count; ++i) field(event.fields[i]);
}

void StateWriter::value(const Value& value) {
  number(static_cast<std::uint32_t>(value.kind));
  switch (value.kind) {
    case Kind::absent:
      return;
    case Kind::text:
    case Kind::json:
      return text(value.text());
    case Kind::integer_array:
    case Kind::float_array:
      number(std::uint64_t{value.size});
      return raw({value.pointer<char>(), std::size_t{value.size} * 8});
    case Kind::text_array:
      number(std::uint64_t{value.size});
      for (std::uint32_t i = 0; i < value.size; ++i) text(value.pointer<TextRef>()[i].view());
      return;
    default:
      number(value.word);
  }
}

FieldId StateReader::field() {
  const auto number = this->number<std::uint32_t>();
  if (number >= fields_.size()) refuse("it names a field that it does not list");
  return fields_[number];
}

weir_field StateReader::event_field(Bump& memory) {
  weir_field one{};
  one.id = field();
  one.kind = number<std::uint32_t>();
  if (!is_kind(one.kind)) refuse("a field has a kind that there is not");
  switch (one.kind) {
    case WEIR_TEXT:
    case WEIR_JSON: {
      const std::string_view bytes = memory.copy(text());
      one.size = sized(bytes.size());
      one.word = Value::address(bytes.data());
      return one;
    }
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      one.size = sized(count(8));
      one.word = Value::address(memory.copy(raw(one.size * 8)).data());
      return one;
    case WEIR_TEXT_ARRAY: {
      one.size = sized(count(8));
      auto* const to = reinterpret_cast<weir_text*>(memory.take(one.size * sizeof(weir_text)));
      for (std::uint64_t i = 0; i < one.size; ++i) {
        const std::string_view copy = memory.copy(text());
        to[i] = {copy.data(), copy.size()};
      }
      one.word = Value::address(to);
      return one;
    }
    default:
      one.word = number<std::uint64_t>();
      return one;
  }
}

weir_event StateReader::event(Bump& memory) {
  weir_event event{};
  event.cookie = number<std::uint64_t>();
  event.field_count = count(2 * sizeof(std::uint32_t));
  auto* const fields =
      reinterpret_cast<weir_field*>(memory.take(event.field_count * sizeof(weir_field)));
  for (std::uint64_t i = 0; i < event.field_count; ++i) fields[i] = event_field(memory);
  event.fields = fields;
  return event;
}

Value StateReader::value(Bump& memory) {
  const auto kind = number<std::uint32_t>();
  if (!is_kind(kind)) refuse("a value has a kind that there is not");
  switch (static_cast<Kind>(kind)) {
    case Kind::absent:
      return {};
    case Kind::text:
    case Kind::json: {
      const std::string_view bytes = memory.copy(text());
      return {Value::address(bytes.data()), sized(bytes.size()), static_cast<Kind>(kind)};
    }
    case Kind::integer_array:
    case Kind::float_array: {
      const std::uint32_t size = sized(count(8));
      return Value::array(static_cast<Kind>(kind), memory.copy(raw(std::uint64_t{size} * 8)).data(),
                          size);
    }
    case Kind::text_array: {
      const std::uint32_t size = sized(count(8));
      auto* const to = reinterpret_cast<TextRef*>(memory.take(size * sizeof(TextRef)));
      for (std::uint32_t i = 0; i < size; ++i) {
        const std::string_view copy = memory.copy(text());
        to[i] = {copy.data(), copy.size()};
      }
      return Value::array(Kind::text_array, to, size);
    }
    default:
      return {number<std::uint64_t>(), 0, static_cast<Kind>(kind)};
  }
}

}  // namespace weir
