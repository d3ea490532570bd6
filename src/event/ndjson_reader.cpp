#include "event/ndjson_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "event/line_reading.h"

namespace weir {

namespace {

constexpr int max_nesting = 64;            // WEIR_MAX_NESTING
constexpr std::size_t max_members = 4096;  // WEIR_MAX_FIELDS
constexpr std::int64_t no_reference =
    0;  // for times without a year: lines do not say when they came

// The members of an event are those of the line itself and of `Extra`: so a line is good or bad
// whatever keys are wanted.
bool are_counted(KeyTree::Node object) noexcept { return object <= KeyTree::extra; }

// true, false or null.
inline bool is_literal(const char* at, std::uint32_t size) noexcept {
  const auto is = [at](const char* word) { return std::memcmp(at, word, 4) == 0; };
  return size == 4 ? is("true") || is("null") : size == 5 && is("fals") && at[4] == 'e';
}

// take_shortcut of what is no text. Not inlined, because it would take the registers of the loop
// that calls it.
[[gnu::noinline]] bool take_plain_shortcut(const KeyTrail::Step& step, const char* text,
                                           std::uint32_t begin, std::uint32_t end,
                                           Value* row) noexcept {
  std::uint64_t number = 0;
  if (end < 16 || !read_digits(text, begin, end, number))
    return step.shortcut == Shortcut::skip && is_literal(text + begin, end - begin);
  switch (step.shortcut) {
    case Shortcut::skip:
      return true;
    case Shortcut::text:
      row[step.key.slot] = Value::of(std::string_view(text + begin, end - begin));
      return true;
    case Shortcut::number:
    case Shortcut::any:
      row[step.key.slot] = {number, 0, Kind::integer};
      return true;
    case Shortcut::other:
      return false;
  }
  return false;
}

// Stores the value that lies in text[begin, end) if it is a text without escapes or a whole number,
// and its key takes it as it is. False: nothing is known of it.
// REQUIRES: a token begins at `begin`, the next one at `end`.
inline bool take_shortcut(const KeyTrail::Step& step, const char* text, std::uint32_t begin,
                          std::uint32_t end, std::uint32_t backslash, Value* row) noexcept {
  if (text[begin] != '"') return take_plain_shortcut(step, text, begin, end, row);
  if (end - begin < 2 || text[end - 1] != '"' || backslash < end) return false;
  if (step.shortcut == Shortcut::skip) return true;
  if (step.shortcut != Shortcut::text && step.shortcut != Shortcut::any) return false;
  row[step.key.slot] = Value::of(std::string_view(text + begin + 1, end - begin - 2));
  return true;
}

}  // namespace

void NdjsonReader::start(std::string_view lines) {
  lines_ = lines;
  lines_error_ = index_.build(lines);
  next_ = index_.tokens();
  next_backslash_ = index_.backslashes();
}

LineError NdjsonReader::read(std::string_view line, const KeyTree& keys, Value* row, Bump& bump,
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

  LineReading reading{JsonCursor(base, next_, next_backslash_, stop),
                      readable,
                      keys,
                      row,
                      bump,
                      conversion_errors,
                      elements_};
  JsonCursor& cursor = reading.cursor;
  if (cursor.peek() != '{') {
    // Not an object, but is it JSON at all?
    if (cursor.skip_value(max_nesting)) cursor.fail(JsonError::not_object);
  } else {
    cursor.advance();
    if (read_object(KeyTree::top, max_nesting - 1, reading) && !cursor.at_end())
      cursor.fail(JsonError::trailing);
  }
  next_ = cursor.token();
  next_backslash_ = cursor.backslash();
  if (cursor.failed()) return {cursor.error(), cursor.error_offset() - begin};
  if (!keys.derivations().empty())
    keys.derivations().apply(row, no_reference, bump, conversion_errors);
  return {};
}

bool NdjsonReader::read_object(KeyTree::Node object, int depth, LineReading& reading) {
  JsonCursor& cursor = reading.cursor;
  if (!cursor.first('}')) return !cursor.failed();
  KeyTrail::Step** guess = trail_.first(object);
  KeyTree::Key key;
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
NdjsonReader::RunEnd NdjsonReader::read_run(KeyTree::Node object, KeyTrail::Step**& guess,
                                            KeyTree::Key& key, LineReading& reading) noexcept {
  JsonCursor& cursor = reading.cursor;
  const char* const text = cursor.text();
  const std::uint32_t stop = cursor.stop(), backslash = cursor.next_backslash();
  const std::size_t readable = reading.readable;
  Value* const row = reading.row;
  const std::size_t room =
      are_counted(object) ? max_members - reading.members : std::numeric_limits<std::size_t>::max();
  const std::uint32_t* token = cursor.token();
  KeyTrail::Step** next = guess;
  RunEnd ended = RunEnd::key;
  std::size_t taken = 0;
  while (taken < room) {
    // The tokens of a member: its key, the colon, its value, and what follows.
    KeyTrail::Step& step = **next;
    if (std::size_t{token[0]} + step.reach > readable || !step.matches(text + token[0])) break;
    const std::uint32_t begin = token[2], end = token[3];
    const char follows = end < stop ? text[end] : '\0';
    const bool good =
        (follows == ',' || follows == '}') && take_shortcut(step, text, begin, end, backslash, row);
    if (!good && token[0] >= stop) break;  // the key of another line
    next = &step.next;
    ++taken;
    if (!good) {
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
  guess = next;
  cursor.move_to(token);
  reading.members += taken;
  return ended;
}

bool NdjsonReader::read_key(KeyTree::Node object, KeyTrail::Step**& guess, KeyTree::Key& key,
                            LineReading& reading) {
  std::string_view raw;
  bool escaped = false;
  if (!reading.cursor.take_key(raw, escaped)) return false;
  KeyTrail::Step* const step =
      escaped ? nullptr : trail_.find_or_add(reading.keys, object, raw, guess);
  guess = step != nullptr ? &step->next : trail_.behind_unknown(object);
  key = step != nullptr ? step->key : reading.keys.find(object, reading.text(raw, escaped));
  return true;
}

bool NdjsonReader::read_member(const KeyTree::Key& key, int depth, LineReading& reading) {
  if (key.inside != KeyTree::nowhere) return read_inside(key, depth, reading);
  return key.wanted() ? reading.read_value(key, depth) : reading.cursor.skip_value(depth);
}

// A value whose members may be wanted, as well as or instead of the whole.
bool NdjsonReader::read_inside(const KeyTree::Key& key, int depth, LineReading& reading) {
  JsonCursor& cursor = reading.cursor;
  // Of two members of that name the last counts, whole.
  if (std::exchange(seen_[key.inside], line_) == line_)
    for (const Slot slot : reading.keys.slots(key.inside)) reading.row[slot] = {};
  const bool object = cursor.peek() == '{';
  const bool array = cursor.peek() == '[' && reading.keys.is_indexed(key.inside);
  if (key.inside == KeyTree::extra && !object && cursor.peek() != 'n' &&
      !reading.keys.slots(key.inside).empty())
    ++reading.conversion_errors;
  if (!object && !array)
    return key.wanted() ? reading.read_value(key, depth) : cursor.skip_value(depth);
  if (key.wanted()) {
    const JsonCursor value = cursor;
    if (!reading.read_value(key, depth)) return false;
    cursor = value;
  }
  if (depth == 0) return cursor.fail(JsonError::too_deep);
  cursor.advance();
  return object ? read_object(key.inside, depth - 1, reading)
                : read_elements(key.inside, depth - 1, reading);
}

bool NdjsonReader::read_elements(KeyTree::Node array, int depth, LineReading& reading) {
  JsonCursor& cursor = reading.cursor;
  std::int64_t index = 0;
  for (bool more = cursor.first(']'); more; more = cursor.next(']')) {
    char digits[32];
    const KeyTree::Key key = reading.keys.find(array, format_integer(index++, digits));
    if (!read_member(key, depth, reading)) return false;
  }
  return !cursor.failed();
}

}  // namespace weir
