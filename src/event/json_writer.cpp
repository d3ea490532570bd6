#include "event/json_writer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/text.h"
#include "event/field_value.h"
#include "event/json_scan.h"
#include "event/standard_fields.h"
#include "event/value_json.h"

namespace weir {

bool is_written(const weir_field& field) noexcept {
  if (field.kind == WEIR_FLOAT) return std::isfinite(std::bit_cast<double>(field.word));
  if (field.kind == WEIR_INTEGER || field.kind == WEIR_BOOL) return true;
  return field.kind != WEIR_ABSENT && field.size != 0;
}

namespace {

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

void append_member(std::string& out, const weir_field& field) {
  out += field_member(field.id);
  append_value(out, value_of(field));
}

namespace {

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

}  // namespace weir
