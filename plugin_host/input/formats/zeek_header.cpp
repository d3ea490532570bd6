#include "input/formats/zeek_header.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "input/formats/zeek_text.h"
#include "weir/weir.h"

namespace weir::host {
namespace {

// What is not named here is text: string, enum, addr, subnet, pattern, func.
constexpr std::array<std::pair<std::string_view, ZeekType>, 7> kTypes = {{
    {"bool", ZeekType::boolean},
    {"count", ZeekType::integer},
    {"int", ZeekType::integer},
    {"port", ZeekType::integer},
    {"double", ZeekType::real},
    {"interval", ZeekType::real},
    {"time", ZeekType::time},
}};

// Bro's name of a set was once table.
constexpr std::array<std::string_view, 3> kLists = {"set[", "vector[", "table["};

constexpr std::array<std::pair<std::string_view, std::string ZeekDirectives::*>, 6> kDirectives = {{
    {"#set_separator", &ZeekDirectives::set_separator},
    {"#empty_field", &ZeekDirectives::empty_field},
    {"#unset_field", &ZeekDirectives::unset_field},
    {"#path", &ZeekDirectives::path},
    {"#fields", &ZeekDirectives::fields},
    {"#types", &ZeekDirectives::types},
}};

// Of the names of all columns, some kilobytes in the widest logs: records of many headers may be on
// their way at once.
constexpr std::size_t kMostNames = 64 * 1024;

ZeekType type_of(std::string_view name) noexcept {
  for (const auto& [known, type] : kTypes)
    if (known == name) return type;
  return ZeekType::text;
}

void set_type(ZeekColumn& column, std::string_view name) noexcept {
  for (const std::string_view list : kLists) {
    if (!name.starts_with(list) || !name.ends_with(']')) continue;
    column.list = true;
    name = name.substr(list.size(), name.size() - list.size() - 1);
    break;
  }
  column.type = type_of(name);
}

// The part in front of the separator, which leaves `rest`; false when there is no more.
bool next_part(std::string_view& rest, char separator, std::string_view& part) noexcept {
  if (rest.data() == nullptr) return false;
  const std::size_t at = rest.find(separator);
  part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return true;
}

}  // namespace

void ZeekDirectives::take(std::string_view line) {
  // The only line whose parts are always divided by a space, and the first one.
  constexpr std::string_view kSeparator = "#separator ";
  if (line.starts_with(kSeparator)) {
    *this = {};
    separator = unescape_zeek(line.substr(kSeparator.size()));
    return;
  }
  const std::size_t name = line.find(separator);
  if (name == std::string_view::npos || separator.empty()) return;
  const std::string_view value = line.substr(name + separator.size());
  for (const auto& [directive, member] : kDirectives) {
    if (line.substr(0, name) != directive) continue;
    const bool columns = member == &ZeekDirectives::fields || member == &ZeekDirectives::types;
    this->*member = columns ? std::string(value) : unescape_zeek(value);
    if (member == &ZeekDirectives::fields) types.clear();
  }
}

ZeekHeader::ZeekHeader(ZeekDirectives directives) : directives_(std::move(directives)) {
  problem_ = find_columns();
  if (problem_.empty()) problem_ = find_types();
}

std::string ZeekHeader::find_columns() {
  if (directives_.separator.size() != 1) return "the #separator of the header is not one byte";
  if (directives_.set_separator.size() != 1) {
    return "the #set_separator of the header is not one byte";
  }
  if (directives_.fields.empty()) return "no #fields line comes before it";
  if (directives_.fields.size() > kMostNames) return "the #fields line is longer than 64 KiB";
  std::string_view rest = directives_.fields;
  for (std::string_view name; next_part(rest, separator(), name);) {
    if (name.empty()) return "the #fields of the header name one with an empty text";
    columns_.push_back({name});
  }
  // With _path it is one more.
  if (columns_.size() < WEIR_MAX_FIELDS) return {};
  return fmt::format("the #fields of the header are more than {}", WEIR_MAX_FIELDS - 1);
}

std::string ZeekHeader::find_types() {
  if (directives_.types.empty()) return {};
  std::string_view rest = directives_.types;
  std::size_t count = 0;
  for (std::string_view name; next_part(rest, separator(), name); ++count) {
    if (count < columns_.size()) set_type(columns_[count], name);
  }
  if (count == columns_.size()) return {};
  return fmt::format("the header has {} #fields and {} #types", columns_.size(), count);
}

}  // namespace weir::host
