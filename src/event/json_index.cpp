#include "event/json_index.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <new>

#include "event/blocks.h"

namespace weir {

std::string_view describe(JsonError error) noexcept {
  switch (error) {
    case JsonError::none:
      return "";
    case JsonError::empty:
      return "no JSON";
    case JsonError::utf8:
      return "invalid UTF-8";
    case JsonError::control_character:
      return "a control character must be escaped in a string";
    case JsonError::unclosed_string:
      return "a string is not closed";
    case JsonError::not_object:
      return "an event must be a JSON object";
    case JsonError::expected_key:
      return "expected a key in double quotes";
    case JsonError::expected_colon:
      return "expected ':' after a key";
    case JsonError::expected_comma_or_brace:
      return "expected ',' or '}'";
    case JsonError::expected_comma_or_bracket:
      return "expected ',' or ']'";
    case JsonError::expected_value:
      return "expected a value";
    case JsonError::bad_number:
      return "not a JSON number";
    case JsonError::bad_literal:
      return "expected true, false, null, a number or a string";
    case JsonError::bad_escape:
      return "an unknown escape in a string";
    case JsonError::trailing:
      return "something follows the object";
    case JsonError::too_deep:
      return "nested deeper than 64 levels";
    case JsonError::too_many_members:
      return "more than 4096 fields";
  }
  return "";
}

struct JsonIndex::Implementation {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

JsonIndex::JsonIndex() : implementation_(std::make_unique<Implementation>()) {}
JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;

JsonError JsonIndex::build(std::string_view text) {
  auto& parser = implementation_->parser;
  tokens_ = nullptr;
  if (text.empty()) return JsonError::empty;
  if (parser == nullptr || parser->capacity() < text.size()) {
    const std::size_t capacity = std::bit_ceil(std::max<std::size_t>(text.size(), 4096));
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity, 1, parser) != simdjson::SUCCESS)
      throw std::bad_alloc();
  }
  const auto error = parser->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                    simdjson::stage1_mode::regular);
  switch (error) {
    case simdjson::SUCCESS:
      break;
    case simdjson::EMPTY:
      return JsonError::empty;
    case simdjson::UTF8_ERROR:
      return JsonError::utf8;
    case simdjson::UNCLOSED_STRING:
      return JsonError::unclosed_string;
    case simdjson::UNESCAPED_CHARS:
      return JsonError::control_character;
    default:
      return JsonError::expected_value;
  }
  tokens_ = parser->structural_indexes.get();
  find_backslashes(text);
  return JsonError::none;
}

// Few strings have an escape: to know where all of them are saves looking into each.
void JsonIndex::find_backslashes(std::string_view text) {
  backslashes_.clear();
  std::size_t at = 0;
  for (; at + block_bytes <= text.size(); at += block_bytes)
    for (std::uint32_t found = find_in_block(text.data() + at, '\\'); found != 0;
         found &= found - 1)
      backslashes_.push_back(static_cast<std::uint32_t>(at) +
                             static_cast<std::uint32_t>(std::countr_zero(found)));
  for (; at < text.size(); ++at)
    if (text[at] == '\\') backslashes_.push_back(static_cast<std::uint32_t>(at));
  backslashes_.push_back(0xFFFF'FFFF);
}

}  // namespace weir
