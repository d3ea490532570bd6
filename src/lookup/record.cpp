#include "lookup/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "lookup/json_lines.h"

namespace weir::lookup {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t most_bytes = std::size_t{1} << 30;
constexpr std::size_t most_shown = 64;  // bytes

}  // namespace

void fail_at(std::string_view text, const char* at, const std::string& message) {
  const auto offset = static_cast<std::size_t>(at - text.data());
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  if (lines == 0 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  throw Failure(Status::invalid_document, message,
                Position{static_cast<std::int64_t>(offset), static_cast<std::uint32_t>(lines + 1),
                         static_cast<std::uint32_t>(count_code_points(line) + 1)});
}

void check_room(std::string_view text, const Record& record, const char* at) {
  if (record.fields.size() < most_fields) return;
  fail_at(text, at,
          fmt::format("the line has more than {} fields; end a row with its line", most_fields));
}

void check_text(std::string_view text) {
  if (text.size() > most_bytes)
    throw Failure(Status::limit,
                  fmt::format("the rows have {} bytes; at most {} are read, so split "
                              "them",
                              text.size(), most_bytes));
  if (!is_utf8(text)) {
    const char* const bad = text.data() + find_invalid_utf8(text);
    fail_at(text, bad,
            fmt::format("byte 0x{:02X} is not UTF-8; save the rows as UTF-8",
                        static_cast<unsigned char>(*bad)));
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    fail_at(text, text.data() + nul, "a NUL byte cannot stand in rows; remove it");
}

const char* begin_of(std::string_view text) noexcept {
  return text.data() + (text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
}

std::string shown(std::string_view text) {
  std::size_t size = std::min(text.size(), most_shown);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  std::string out = "'";
  for (const char c : text.substr(0, size))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return out + (size < text.size() ? "…'" : "'");
}

}  // namespace weir::lookup
