#include "event/ndjson_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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

// true, false or null.
bool is_literal(const char* at, std::uint32_t size) noexcept {
  if (size != 4 && size != 5) return false;
  return std::string_view(at, size) == (size == 5 ? "false" : *at == 't' ? "true" : "null");
}

// Stores the value that lies in text[begin, end) if it is a text without escapes or a whole number,
// and its key takes it as it is. False: nothing is known of it.
// REQUIRES: a token begins at `begin`, the next one at `end`.
inline bool take_shortcut(const KeyTrail::Step& step, const char* text, std::uint32_t begin,
                          std::uint32_t end, std::uint32_t backslash, Value* row) noexcept {
  const Shortcut shortcut = step.shortcut;
  if (text[begin] == '"') {
    if (end - begin < 2 || text[end - 1] != '"' || backslash < end) return false;
    if (shortcut == Shortcut::skip) return true;
    if (shortcut != Shortcut::text && shortcut != Shortcut::any) return false;
    row[step.key.slot] = Value::of(std::string_view(text + begin + 1, end - begin - 2));
    return true;
  }
  std::uint64_t number = 0;
  if (end < 16 || !read_digits(text, begin, end, number))
    return shortcut == Shortcut::skip && is_literal(text + begin, end - begin);
  if (shortcut == Shortcut::skip) return true;
  if (shortcut == Shortcut::other) return false;
  row[step.key.slot] = shortcut == Shortcut::text
                           ? Value::of(std::string_view(text + begin, end - begin))
                           : Value{number, 0, Kind::integer};
  return true;
}

}  // namespace

struct NdjsonReader::Reading {
  JsonCursor cursor;
  std::uint32_t readable;  // bytes of the text that the cursor walks in, this line's and later ones
  const JsonKeys& keys;
  Value* row;
  Bump& bump;
  std::uint64_t& conversion_errors;
  std::size_t members = 0;

  std::string_view text(std::string_view raw, bool escaped) const {
    return escaped ? unescape(raw, bump.take(raw.size())) : raw;
  }
  void store(Value value, const JsonKeys::Key& key) {
    const bool plain = fits(value.kind, key.type) && value.kind <= Kind::text;
    if ((!plain || value.kind == Kind::floating) && !convert(value, key.type, bump)) {
      ++conversion_errors;
      value = {};
    }
    row[key.slot] = value;
  }
};

void NdjsonReader::start(std::string_view lines) {
  lines_ = lines;
  lines_error_ = index_.build(lines);
  next_ = index_.tokens();
  next_backslash_ = index_.backslashes();
}

LineError NdjsonReader::read(std::string_view line, const JsonKeys& keys, Value* row, Bump& bump,
                             std::uint64_t& conversion_errors) {
  std::fill_n(row, keys.width(), Value{});
  trail_.follow(keys);
  if (seen_.size() < keys.objects()) seen_.resize(keys.objects());
  ++line_;
  const char* base = lines_.data();
  auto begin = static_cast<std::uint32_t>(line.data() - lines_.data());
  auto readable = static_cast<std::uint32_t>(lines_.size());
  if (lines_error_ != JsonError::none) {
    // Some line is bad: find out which, one by one.
    const JsonError error = index_.build(line);
    if (error != JsonError::none) return {is_blank(line) ? JsonError::empty : error, 0};
    base = line.data();
    begin = 0;
    readable = static_cast<std::uint32_t>(line.size());
    next_ = index_.tokens();
    next_backslash_ = index_.backslashes();
  }
  const auto stop = static_cast<std::uint32_t>(begin + line.size());
  while (*next_ < begin) ++next_;  // what a bad line left
  if (*next_ >= stop) return {JsonError::empty, 0};

  Reading reading{
      JsonCursor(base, next_, next_backslash_, stop), readable, keys, row, bump, conversion_errors};
  JsonCursor& cursor = reading.cursor;
  if (cursor.peek() != '{') {
    // Not an object, but is it JSON at all?
    if (cursor.skip_value(max_nesting)) cursor.fail(JsonError::not_object);
  } else {
    cursor.advance();
    if (read_object(JsonKeys::top, max_nesting - 1, reading) && !cursor.at_end())
      cursor.fail(JsonError::trailing);
  }
  next_ = cursor.token();
  next_backslash_ = cursor.backslash();
  if (!cursor.failed()) return {};
  return {cursor.error(), cursor.error_offset() - begin};
}

namespace {

// Those of an event: of the line itself and of `Extra`, so that a line is good or bad whatever keys
// are wanted.
bool are_counted(JsonKeys::Node object) noexcept { return object <= JsonKeys::extra; }

}  // namespace

bool NdjsonReader::read_object(JsonKeys::Node object, int depth, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  if (!cursor.first('}')) return !cursor.failed();
  KeyTrail::Step** guess = trail_.first(object);
  JsonKeys::Key key;
  do {
    switch (read_run(object, guess, key, reading)) {
      case RunEnd::closed:
        return true;
      case RunEnd::key:
        if (are_counted(object) && ++reading.members > max_members)
          return cursor.fail(JsonError::too_many_members);
        if (!read_key(object, guess, key, reading)) return false;
        [[fallthrough]];
      case RunEnd::value:
        if (!read_member(key, depth, reading)) return false;
    }
  } while (cursor.next('}'));
  return !cursor.failed();
}

// Takes members as long as their keys are the guessed ones and their values have a shortcut. Ends
// behind the object, at a key, or at the value of `key`. Accepts nothing that the long way does
// not: a key is compared with all that take_key would look at, and whatever is not clearly good is
// left to read_member, which says what is wrong with it.
NdjsonReader::RunEnd NdjsonReader::read_run(JsonKeys::Node object, KeyTrail::Step**& guess,
                                            JsonKeys::Key& key, Reading& reading) noexcept {
  JsonCursor& cursor = reading.cursor;
  const char* const text = cursor.text();
  const std::uint32_t stop = cursor.stop(), backslash = cursor.next_backslash();
  const std::size_t room =
      are_counted(object) ? max_members - reading.members : std::numeric_limits<std::size_t>::max();
  const std::uint32_t* token = cursor.token();
  RunEnd ended = RunEnd::key;
  std::size_t taken = 0;
  while (taken < room) {
    // The tokens of a member: its key, the colon, its value, and what follows.
    KeyTrail::Step& step = **guess;
    if (std::size_t{token[0]} + step.reach > reading.readable || !step.matches(text + token[0]))
      break;
    guess = &step.next;
    ++taken;
    const std::uint32_t begin = token[2], end = token[3];
    const char follows = end < stop ? text[end] : '\0';
    if ((follows != ',' && follows != '}') ||
        !take_shortcut(step, text, begin, end, backslash, reading.row)) {
      key = step.key;
      token += 2;
      ended = RunEnd::value;
      break;
    }
    token += 4;
    if (follows == '}') {
      ended = RunEnd::closed;
      break;
    }
  }
  cursor.move_to(token);
  reading.members += taken;
  return ended;
}

bool NdjsonReader::read_key(JsonKeys::Node object, KeyTrail::Step**& guess, JsonKeys::Key& key,
                            Reading& reading) {
  std::string_view raw;
  bool escaped = false;
  if (!reading.cursor.take_key(raw, escaped)) return false;
  KeyTrail::Step* const step =
      escaped ? nullptr : trail_.find_or_add(reading.keys, object, raw, guess);
  guess = step != nullptr ? &step->next : trail_.behind_unknown(object);
  key = step != nullptr ? step->key : reading.keys.find(object, reading.text(raw, escaped));
  return true;
}

bool NdjsonReader::read_member(const JsonKeys::Key& key, int depth, Reading& reading) {
  if (key.inside != JsonKeys::nowhere) return read_inside(key, depth, reading);
  return key.wanted() ? read_value(key, depth, reading) : reading.cursor.skip_value(depth);
}

// A value whose members may be wanted, as well as or instead of the whole.
bool NdjsonReader::read_inside(const JsonKeys::Key& key, int depth, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  // Of two members of that name the last counts, whole.
  if (std::exchange(seen_[key.inside], line_) == line_)
    for (const Slot slot : reading.keys.slots(key.inside)) reading.row[slot] = {};
  const bool object = cursor.peek() == '{';
  if (key.inside == JsonKeys::extra && !object && cursor.peek() != 'n' &&
      !reading.keys.slots(key.inside).empty())
    ++reading.conversion_errors;
  const JsonCursor value = cursor;
  if (key.wanted() || !object) {
    if (!(key.wanted() ? read_value(key, depth, reading) : cursor.skip_value(depth))) return false;
    if (!object) return true;
    cursor = value;
  }
  if (depth == 0) return cursor.fail(JsonError::too_deep);
  cursor.advance();
  return read_object(key.inside, depth - 1, reading);
}

bool NdjsonReader::read_value(const JsonKeys::Key& key, int depth, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  std::string_view raw;
  const char c = cursor.peek();
  if (c == '"') {
    bool escaped = false;
    if (!cursor.take_string(raw, escaped)) return false;
    reading.store(Value::of(reading.text(raw, escaped)), key);
    return true;
  }
  if (c == '[' && key.type >= FieldType::text_array && key.type <= FieldType::float_array)
    return read_array(key, reading);
  if (c == '{' || c == '[') {
    const std::uint32_t begin = cursor.offset();
    const char* const text = cursor.text() + begin;
    if (!cursor.skip_value(depth)) return false;
    std::uint32_t size = cursor.offset() - begin;
    while (text[size - 1] != '}' && text[size - 1] != ']') --size;  // white space behind it
    const Value value{Value::address(text), size, Kind::json};
    reading.store(value, key);
    return true;
  }
  Value value;
  if (!take_plain(value, key.type, cursor)) return false;
  reading.store(value, key);
  return true;
}

bool NdjsonReader::read_array(const JsonKeys::Key& key, Reading& reading) {
  JsonCursor& cursor = reading.cursor;
  cursor.advance();
  elements_.clear();
  const FieldType type = key.type == FieldType::text_array     ? FieldType::text
                         : key.type == FieldType::number_array ? FieldType::number
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
    reading.row[key.slot] = {};
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
  reading.row[key.slot] = {};
  if (!elements_.empty())
    reading.row[key.slot] =
        Value::array(array_of(type), to, static_cast<std::uint32_t>(elements_.size()));
  return true;
}

}  // namespace weir
