// Writing JSON: texts with every escape that JSON demands, and invalid UTF-8 replaced by U+FFFD;
// members of objects.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::host {

// The size of the valid UTF-8 sequence at the front (no surrogates, nothing overlong, at most
// U+10FFFF), or 0. REQUIRES: the text is not empty
std::size_t utf8_size(std::string_view text) noexcept;

// Appends the text in quotation marks.
void append_json(std::string& out, std::string_view text);

std::string json_text(std::string_view text);

// Members `"name": value`, a line each, with their commas.
class JsonMembers {
 public:
  JsonMembers(std::string& out, std::string_view indent) : out_(out), indent_(indent) {}
  template <typename Value>
  void add(std::string_view name, Value value) {
    raw(name, fmt::format("{}", value));
  }
  void text(std::string_view name, std::string_view value) { raw(name, json_text(value)); }
  // json: a value as it stands.
  void raw(std::string_view name, std::string_view json);

 private:
  std::string& out_;
  std::string_view indent_;
  bool first_ = true;
};

}  // namespace weir::host
