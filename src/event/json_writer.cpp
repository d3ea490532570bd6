#include "event/json_writer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/text.h"
#include "event/field_value.h"
#include "event/standard_fields.h"
#include "event/value_json.h"

namespace weir {

namespace {

bool is_written(const weir_field& field) noexcept {
  if (field.kind == WEIR_FLOAT) return std::isfinite(std::bit_cast<double>(field.word));
  if (field.kind == WEIR_INTEGER || field.kind == WEIR_BOOL) return true;
  return field.kind != WEIR_ABSENT && field.size != 0;
}

void append_number(std::string& out, std::int64_t number) {
  char digits[32];
  out += format_integer(number, digits);
}

void append_number(std::string& out, double number) {
  char digits[32];
  out += std::isfinite(number) ? format_double(number, digits) : "null";
}

template <class Append>
void append_array(std::string& out, std::uint32_t size, Append&& append) {
  out += '[';
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    append(i);
  }
  out += ']';
}

// What a host calls JSON is looked at: a line must stay one line, and valid. White space that
// breaks it becomes a blank, for a line feed cannot stand inside a string; what is no JSON becomes
// null.
void append_json(std::string& out, std::string_view text) {
  JsonIndex index;
  bool good = index.build(text) == JsonError::none;
  if (good) {
    JsonCursor cursor(text, index);
    good = cursor.skip_value(WEIR_MAX_NESTING) && cursor.at_end();
  }
  if (!good) {
    out += "null";
    return;
  }
  const std::size_t from = out.size();
  out += text;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace

void append_value(std::string& out, const Value& value) {
  switch (value.kind) {
    case Kind::absent:
      out += "null";
      break;
    case Kind::integer:
      append_number(out, value.integer());
      break;
    case Kind::floating:
      append_number(out, value.floating());
      break;
    case Kind::text:
      append_json_string(out, value.text());
      break;
    case Kind::boolean:
      out += value.word != 0 ? "true" : "false";
      break;
    case Kind::json:
      append_json(out, value.text());
      break;
    case Kind::integer_array:
      append_array(out, value.size,
                   [&](std::uint32_t i) { append_number(out, value.pointer<std::int64_t>()[i]); });
      break;
    case Kind::float_array:
      append_array(out, value.size,
                   [&](std::uint32_t i) { append_number(out, value.pointer<double>()[i]); });
      break;
    case Kind::text_array:
      append_array(out, value.size, [&](std::uint32_t i) {
        append_json_string(out, value.pointer<TextRef>()[i].view());
      });
      break;
  }
}

namespace {

constexpr std::string_view extra_prefix = "Extra.";

void append_member(std::string& out, const weir_field& field) {
  out += field_member(field.id);
  append_value(out, value_of(field));
}

// The object that an event has as Extra itself, without its braces; empty if there is none.
std::string_view inside_of_extra(const weir_field& field) noexcept {
  std::string_view json = value_of(field).text();
  const auto begin = json.find_first_not_of(" \t\r\n"), end = json.find_last_not_of(" \t\r\n");
  if (begin == std::string_view::npos || json[begin] != '{' || json[end] != '}') return {};
  json = json.substr(begin + 1, end - begin - 1);
  return json.find_first_not_of(" \t\r\n") == std::string_view::npos ? std::string_view() : json;
}

// The members of Extra as an object of their own, behind those of the object `inside`.
void append_extra(std::string& out, std::span<const weir_field> fields, std::string_view inside) {
  out += "\"Extra\":{";
  out += inside;
  bool first = inside.empty();
  for (const weir_field& field : fields) {
    if (!is_written(field) || !is_extra(field.id)) continue;
    if (!first) out += ',';
    first = false;
    append_member(out, field);
  }
  out += '}';
}

// Where the value of a member stands in a line.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Edit {
  Place place;
  const weir_field* field;
};

// Finds the last occurrence of each changed field, at the top level as `name`, in Extra as its key.
// Walks one object; `prefix` is what its keys are called behind.
class PlaceFinder {
 public:
  PlaceFinder(std::string_view line, std::span<const weir_field> changes)
      : line_(line), changes_(changes), places_(changes.size()) {}

  void walk(JsonCursor& cursor, std::string_view prefix) {
    cursor.advance();
    std::string_view raw;
    bool escaped = false;
    for (bool more = cursor.first('}'); more; more = cursor.next('}')) {
      if (!cursor.take_key(raw, escaped)) return;
      std::string key(raw);
      if (escaped) key.resize(unescape(raw, key.data()).size());
      if (prefix.empty() && key == "Extra") {
        forget_extra();  // of two, the last counts whole
        if (cursor.peek() == '{') {
          extra_ = cursor.offset();
          walk(cursor, extra_prefix);
          continue;
        }
      }
      note(std::string(prefix) + key, cursor);
    }
  }

  std::optional<std::uint32_t> extra() const noexcept { return extra_; }
  const std::optional<Place>& place(std::size_t change) const noexcept { return places_[change]; }

 private:
  void forget_extra() noexcept {
    extra_.reset();
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (field_name(changes_[i].id).starts_with(extra_prefix)) places_[i].reset();
  }

  void note(std::string_view name, JsonCursor& cursor) {
    const std::uint32_t begin = cursor.offset();
    cursor.skip_value(WEIR_MAX_NESTING);
    std::uint32_t end = cursor.offset();
    while (end > begin &&
           std::string_view(" \t\r\n").find(line_[end - 1]) != std::string_view::npos)
      --end;
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (field_name(changes_[i].id) == name) places_[i] = Place{begin, end};
  }

  std::string_view line_;
  std::span<const weir_field> changes_;
  std::vector<std::optional<Place>> places_;
  std::optional<std::uint32_t> extra_;
};

}  // namespace

void append_text_member(std::string& out, std::string_view key, const Value& value) {
  append_json_string(out, key);
  out += ':';
  if (value.kind == Kind::text) return append_json_string(out, value.text());
  std::string text;
  append_value(text, value);
  append_json_string(out, text);
}

void append_event(std::string& out, std::span<const weir_field> fields) {
  out += '{';
  bool first = true, keys_of_extra = false;
  const weir_field* extra = nullptr;
  const auto separate = [&] {
    if (!first) out += ',';
    first = false;
  };
  for (const weir_field& field : fields) {
    if (!is_written(field)) continue;
    if (is_extra(field.id)) {
      keys_of_extra = true;
    } else if (field.id == fields::Extra && field.kind == WEIR_JSON) {
      extra = &field;
    } else {
      separate();
      append_member(out, field);
    }
  }
  if (extra != nullptr && !keys_of_extra) {
    separate();
    append_member(out, *extra);
  } else if (keys_of_extra) {
    separate();
    append_extra(out, fields, extra == nullptr ? std::string_view() : inside_of_extra(*extra));
  }
  out += '}';
}

void append_patched(std::string& out, std::string_view line, std::span<const weir_field> changes,
                    JsonIndex& index) {
  index.build(line);
  JsonCursor cursor(line, index);
  PlaceFinder finder(line, changes);
  finder.walk(cursor, "");
  std::vector<Edit> edits;
  std::vector<weir_field> added;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto place = finder.place(i);
    const bool into_extra = field_name(changes[i].id).starts_with(extra_prefix);
    if (place)
      edits.push_back({*place, &changes[i]});
    else if (into_extra && finder.extra() && is_written(changes[i]))
      edits.push_back({{*finder.extra() + 1, *finder.extra() + 1}, &changes[i]});
    else if (is_written(changes[i]))
      added.push_back(changes[i]);
  }
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.place.begin < b.place.begin; });

  std::uint32_t from = 0;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Edit& edit = edits[i];
    out += line.substr(from, edit.place.begin - from);
    from = edit.place.end;
    if (edit.place.begin != edit.place.end) {
      append_value(out, is_written(*edit.field) ? value_of(*edit.field) : Value{});
      continue;
    }
    append_member(out, *edit.field);
    const bool another = i + 1 < edits.size() && edits[i + 1].place.begin == from;
    if (another || line[line.find_first_not_of(" \t\r\n", from)] != '}') out += ',';
  }
  const std::size_t brace = line.rfind('}');
  out += line.substr(from, brace - from);
  if (!added.empty()) {
    std::string members;
    append_event(members, added);
    const std::size_t last = line.find_last_not_of(" \t\r\n", brace - 1);
    if (line[last] != '{') out += ',';
    out.append(members, 1, members.size() - 2);
  }
  out += line.substr(brace);
}

}  // namespace weir
