#include "event/ndjson_reader.h"

#include <cmath>

#include "event/convert.h"

namespace weir {

namespace {

constexpr int max_nesting = 64;          // WEIR_MAX_NESTING
constexpr std::size_t max_members = 4096;  // WEIR_MAX_FIELDS
// Keys beyond are looked up each time.
constexpr std::size_t max_guesses = 256;

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

}  // namespace

struct NdjsonReader::Reading {
  JsonCursor cursor;
  const JsonKeys& keys;
  Value* row;
  Bump& bump;
  std::uint64_t& conversion_errors;
  std::size_t members = 0;

  std::string_view text(std::string_view raw, bool escaped) const {
    return escaped ? unescape(raw, bump.take(raw.size())) : raw;
  }
  void store(Value value, const JsonKeys::Target& target) {
    if (!convert(value, target.type, bump)) {
      ++conversion_errors;
      value = {};
    }
    row[target.slot] = value;
  }
};

void NdjsonReader::start(std::string_view lines) {
  lines_ = lines;
  guesses_.clear();  // they point into keys that may be gone
  lines_error_ = index_.build(lines);
  next_ = index_.begin();
}

LineError NdjsonReader::read(std::string_view line, const JsonKeys& keys, Value* row, Bump& bump,
                             std::uint64_t& conversion_errors) {
  for (std::size_t slot = 0; slot < keys.width(); ++slot) row[slot] = {};
  if (keys.serial() != guessed_for_) {
    guesses_.clear();
    guessed_for_ = keys.serial();
  }
  const char* base = lines_.data();
  const std::uint32_t* first = next_;
  const std::uint32_t* last = index_.end();
  auto begin = static_cast<std::uint32_t>(line.data() - lines_.data());
  if (lines_error_ != JsonError::none) {
    // Some line is bad: find out which, one by one.
    const JsonError error = index_.build(line);
    if (error != JsonError::none) return {is_blank(line) ? JsonError::empty : error, 0};
    base = line.data();
    begin = 0;
    first = index_.begin();
    last = index_.end();
  } else {
    while (first < last && *first < begin) ++first;
  }
  const auto stop = static_cast<std::uint32_t>(begin + line.size());
  const std::uint32_t* end = first;
  while (end < last && *end < stop) ++end;
  next_ = end;
  if (first == end) return {JsonError::empty, 0};

  Reading reading{JsonCursor(base, first, end, stop), keys, row, bump, conversion_errors};
  JsonCursor& cursor = reading.cursor;
  if (cursor.peek() != '{') {
    // Not an object, but is it JSON at all?
    if (cursor.skip_value(max_nesting)) cursor.fail(JsonError::not_object);
  } else {
    cursor.advance();
    if (read_members(reading) && cursor.peek() != '\0') cursor.fail(JsonError::trailing);
    if (!cursor.failed() && cursor.token() != end) cursor.fail(JsonError::trailing);
  }
  if (!cursor.failed()) return {};
  return {cursor.error(), cursor.error_offset() - begin};
}

const JsonKeys::Target* NdjsonReader::look_up(std::string_view raw, bool escaped,
                                              std::size_t member, Reading& reading) {
  if (escaped) return reading.keys.find(raw);
  if (member < guesses_.size()) {
    const Guess& guess = guesses_[member];
    if (guess.size == raw.size() && std::memcmp(guess.key.data(), raw.data(), raw.size()) == 0)
      return guess.target;
  }
  const JsonKeys::Target* target = reading.keys.find(raw);
  if (member < max_guesses && raw.size() <= sizeof(Guess::key)) {
    if (member >= guesses_.size()) guesses_.resize(member + 1);
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
    const bool extra = target == nullptr && key == "Extra" && cursor.peek() == '{';
    const bool good = target != nullptr ? read_value(*target, max_nesting - 1, reading)
                      : extra           ? read_extra(reading)
                                        : cursor.skip_value(max_nesting - 1);
    if (!good) return false;
  }
  return !cursor.failed();
}

bool NdjsonReader::read_extra(Reading& reading) {
  JsonCursor& cursor = reading.cursor;
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
    if (texts) reinterpret_cast<TextRef*>(to)[i] = {elements_[i].pointer<char>(), elements_[i].size};
    else reinterpret_cast<std::uint64_t*>(to)[i] = elements_[i].word;
  }
  const Kind kind = texts                          ? Kind::text_array
                    : type == FieldType::number ? Kind::integer_array
                                                 : Kind::float_array;
  reading.row[target.slot] = {};
  if (!elements_.empty())
    reading.row[target.slot] = Value::array(kind, to, static_cast<std::uint32_t>(elements_.size()));
  return true;
}

}  // namespace weir
