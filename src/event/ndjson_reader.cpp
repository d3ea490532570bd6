#include "event/ndjson_reader.h"

#include <cmath>

#include "event/convert.h"

namespace weir {

namespace {

constexpr int max_nesting = 64;            // WEIR_MAX_NESTING
constexpr std::size_t max_members = 4096;  // WEIR_MAX_FIELDS

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// A number, true, false or null for a field (or an element of one) of the type.
bool take_plain(Value& value, FieldType type, JsonCursor& cursor) noexcept {
  std::string_view raw;
  if (!cursor.take_scalar(value, raw)) return false;
  const bool whole = raw.find_first_of(".eE") == std::string_view::npos;
  // A whole number stands for itself as text, however long.
  if (type == FieldType::text && whole && raw != "-0" &&
      (value.kind == Kind::integer || value.kind == Kind::floating))
    value = Value::of(raw);
  // An integer beyond int64 does not become a number through the double next to it.
  if (value.kind == Kind::floating && whole && type != FieldType::floating)
    value = Value::of(HUGE_VAL);
  return true;
}

// memcmp without the call, which costs more than comparing a key.
bool equal(const char* a, const char* b, std::size_t size) noexcept {
  const auto word = [](const char* at) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  if (size < 8) {
    std::size_t i = 0;
    while (i < size && a[i] == b[i]) ++i;
    return i == size;
  }
  std::uint64_t difference = word(a + size - 8) ^ word(b + size - 8);
  for (std::size_t i = 0; i + 8 < size; i += 8) difference |= word(a + i) ^ word(b + i);
  return difference == 0;
}

}  // namespace

struct NdjsonReader::Reading {
  JsonCursor cursor;
  const JsonKeys& keys;
  Value* row;
  Bump& bump;
  std::uint64_t& conversion_errors;
  std::size_t members = 0;
  bool extra_seen = false;

  std::string_view text(std::string_view raw, bool escaped) const {
    return escaped ? unescape(raw, bump.take(raw.size())) : raw;
  }
  void store(Value value, const JsonKeys::Target& target) {
    const bool plain = fits(value.kind, target.type) && value.kind <= Kind::text;
    if ((!plain || value.kind == Kind::floating) && !convert(value, target.type, bump)) {
      ++conversion_errors;
      value = {};
    }
    row[target.slot] = value;
  }
};

void NdjsonReader::start(std::string_view lines) {
  lines_ = lines;
  lines_error_ = index_.build(lines);
  next_ = index_.begin();
}

LineError NdjsonReader::read(std::string_view line, const JsonKeys& keys, Value* row, Bump& bump,
                             std::uint64_t& conversion_errors) {
  for (std::size_t slot = 0; slot < keys.width(); ++slot) row[slot] = {};
  if (keys.serial() != guessed_for_) {
    guessed_ = 0;
    guessed_for_ = keys.serial();
  }
  const char* base = lines_.data();
  const std::uint32_t* first = next_;
  auto begin = static_cast<std::uint32_t>(line.data() - lines_.data());
  if (lines_error_ != JsonError::none) {
    // Some line is bad: find out which, one by one.
    const JsonError error = index_.build(line);
    if (error != JsonError::none) return {is_blank(line) ? JsonError::empty : error, 0};
    base = line.data();
    begin = 0;
    first = index_.begin();
  }
  const auto stop = static_cast<std::uint32_t>(begin + line.size());
  while (*first < begin) ++first;  // what a bad line left
  if (*first >= stop) return {JsonError::empty, 0};

  Reading reading{JsonCursor(base, first, stop), keys, row, bump, conversion_errors};
  JsonCursor& cursor = reading.cursor;
  if (cursor.peek() != '{') {
    // Not an object, but is it JSON at all?
    if (cursor.skip_value(max_nesting)) cursor.fail(JsonError::not_object);
  } else {
    cursor.advance();
    if (read_members(reading) && !cursor.at_end()) cursor.fail(JsonError::trailing);
  }
  next_ = cursor.token();
  if (!cursor.failed()) return {};
  return {cursor.error(), cursor.error_offset() - begin};
}

const JsonKeys::Target* NdjsonReader::look_up(std::string_view raw, bool escaped,
                                              std::size_t member, Reading& reading) {
  if (escaped) return reading.keys.find(raw);
  if (member < guessed_) {
    const Guess& guess = guesses_[member];
    if (guess.size == raw.size() && equal(guess.key.data(), raw.data(), raw.size()))
      return guess.target;
  }
  const JsonKeys::Target* target = reading.keys.find(raw);
  if (member < guesses_.size() && raw.size() <= sizeof(Guess::key)) {
    for (; guessed_ <= member; ++guessed_) guesses_[guessed_].size = no_guess;
    Guess& guess = guesses_[member];
    std::memcpy(guess.key.data(), raw.data(), raw.size());
    guess.size = static_cast<std::uint8_t>(raw.size());
    guess.target = target;
  }
  return target;
}

bool NdjsonReader::read_members(Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  std::string_view key;
  bool escaped = false;
  std::size_t member = 0;
  for (bool more = cursor.first('}'); more; more = cursor.next('}'), ++member) {
    if (++reading.members > max_members) return cursor.fail(JsonError::too_many_members);
    if (!cursor.take_key(key, escaped)) return false;
    key = reading.text(key, escaped);
    const JsonKeys::Target* target = look_up(key, escaped, member, reading);
    if (target != nullptr && key == "Extra") {
      // Who wants it whole may want its members too.
      const JsonCursor value = cursor;
      if (!read_value(*target, max_nesting - 1, reading)) return false;
      cursor = value;
      target = nullptr;
    }
    const bool good = target != nullptr ? read_value(*target, max_nesting - 1, reading)
                      : key == "Extra"  ? read_extra(reading)
                                        : cursor.skip_value(max_nesting - 1);
    if (!good) return false;
  }
  return !cursor.failed();
}

bool NdjsonReader::read_extra(Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  // Of two members of that name the last counts, whole.
  if (reading.extra_seen)
    for (const Slot slot : reading.keys.extra_slots()) reading.row[slot] = {};
  reading.extra_seen = true;
  if (cursor.peek() != '{') {
    if (cursor.peek() != 'n' && !reading.keys.extra_slots().empty()) ++reading.conversion_errors;
    return cursor.skip_value(max_nesting - 1);
  }
  cursor.advance();
  std::string_view key;
  bool escaped = false;
  for (bool more = cursor.first('}'); more; more = cursor.next('}')) {
    if (++reading.members > max_members) return cursor.fail(JsonError::too_many_members);
    if (!cursor.take_key(key, escaped)) return false;
    const JsonKeys::Target* target = reading.keys.find_extra(reading.text(key, escaped));
    const bool good = target != nullptr ? read_value(*target, max_nesting - 2, reading)
                                        : cursor.skip_value(max_nesting - 2);
    if (!good) return false;
  }
  return !cursor.failed();
}

bool NdjsonReader::read_value(const JsonKeys::Target& target, int depth, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  std::string_view raw;
  const char c = cursor.peek();
  if (c == '"') {
    bool escaped = false;
    if (!cursor.take_string(raw, escaped)) return false;
    reading.store(Value::of(reading.text(raw, escaped)), target);
    return true;
  }
  if (c == '[' && target.type >= FieldType::text_array && target.type <= FieldType::float_array)
    return read_array(target, reading);
  if (c == '{' || c == '[') {
    const std::uint32_t begin = cursor.offset();
    const char* const text = cursor.text() + begin;
    if (!cursor.skip_value(depth)) return false;
    std::uint32_t size = cursor.offset() - begin;
    while (text[size - 1] != '}' && text[size - 1] != ']') --size;  // white space behind it
    const Value value{Value::address(text), size, Kind::json};
    reading.store(value, target);
    return true;
  }
  Value value;
  if (!take_plain(value, target.type, cursor)) return false;
  reading.store(value, target);
  return true;
}

bool NdjsonReader::read_array(const JsonKeys::Target& target, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  cursor.advance();
  elements_.clear();
  const FieldType type = target.type == FieldType::text_array     ? FieldType::text
                         : target.type == FieldType::number_array ? FieldType::number
                                                                  : FieldType::floating;
  bool good = true;
  for (bool more = cursor.first(']'); more; more = cursor.next(']')) {
    Value value;
    std::string_view raw;
    bool escaped = false;
    const char c = cursor.peek();
    if (c == '{' || c == '[') {
      if (!cursor.skip_value(max_nesting - 2)) return false;
      good = false;
      continue;
    }
    if (!(c == '"' ? cursor.take_string(raw, escaped) : take_plain(value, type, cursor)))
      return false;
    if (c == '"') value = Value::of(reading.text(raw, escaped));
    good = convert(value, type, reading.bump) && good;
    if (value.present()) elements_.push_back(value);  // null and '' are no elements
  }
  if (cursor.failed()) return false;
  if (!good) {
    ++reading.conversion_errors;
    reading.row[target.slot] = {};
    return true;
  }
  const bool texts = type == FieldType::text;
  char* const to = reading.bump.take(elements_.size() * (texts ? sizeof(TextRef) : 8));
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    if (texts)
      reinterpret_cast<TextRef*>(to)[i] = {elements_[i].pointer<char>(), elements_[i].size};
    else
      reinterpret_cast<std::uint64_t*>(to)[i] = elements_[i].word;
  }
  reading.row[target.slot] = {};
  if (!elements_.empty())
    reading.row[target.slot] =
        Value::array(array_of(type), to, static_cast<std::uint32_t>(elements_.size()));
  return true;
}

}  // namespace weir
