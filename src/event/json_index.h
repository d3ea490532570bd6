// Where the tokens of JSON text begin, and where its backslashes are.
//
// Stage 1 of simdjson marks, in 64 bytes a step, every bracket, colon, comma, opening quote and
// first byte of a number or literal outside strings, and checks UTF-8 and control characters. What
// its stage 2 would check (grammar, numbers, escapes) is checked by JsonCursor (event/json_scan.h),
// because simdjson's own interfaces either skip values that nobody reads, or store all of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace weir {

enum class JsonError : std::uint8_t {
  none,
  empty,
  utf8,
  control_character,
  unclosed_string,
  not_object,
  expected_key,
  expected_colon,
  expected_comma_or_brace,
  expected_comma_or_bracket,
  expected_value,
  bad_number,
  bad_literal,
  bad_escape,
  trailing,
  too_deep,
  too_many_members,
};

// One sentence, lower case.
std::string_view describe(JsonError error) noexcept;

// Reusable; grows to the longest text.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;

  // Throws bad_alloc. `text` is at most 4 GiB.
  JsonError build(std::string_view text);

  // Offsets into the text, ascending, and behind them twice its size, so that a walk needs no other
  // end. Valid until the next build; null after an error.
  const std::uint32_t* tokens() const noexcept { return tokens_; }
  // Likewise, with an offset beyond any text behind them.
  const std::uint32_t* backslashes() const noexcept { return backslashes_.data(); }

 private:
  struct Implementation;
  void find_backslashes(std::string_view text);

  std::unique_ptr<Implementation> implementation_;
  const std::uint32_t* tokens_ = nullptr;
  std::vector<std::uint32_t> backslashes_;
};

}  // namespace weir
