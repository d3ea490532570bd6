#include "rule/source.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weir::rule {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view white_space = " \t\r\n";

bool is_barred_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

}  // namespace

void fail_at(std::size_t offset, const std::string& message) {
  throw Failure(Status::invalid_document, message,
                Position{static_cast<std::int64_t>(offset), 0, 0});
}

Source::Source(std::string_view text) noexcept
    : text_(text), begin_(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0) {}

bool Source::looks_like_json() const noexcept {
  const std::size_t first = text_.find_first_not_of(white_space, begin_);
  return first != std::string_view::npos && (text_[first] == '{' || text_[first] == '[');
}

void Source::check() const {
  if (text_.size() > max_bytes)
    fail_at(0, fmt::format("the document has {} bytes; at most {} are read, so split it",
                           text_.size(), max_bytes));
  if (const auto bad = find_invalid_utf8(text_); bad != std::string_view::npos)
    fail_at(bad, fmt::format("byte 0x{:02X} is not UTF-8; save the document as UTF-8",
                             static_cast<unsigned char>(text_[bad])));
  if (const auto nul = text_.find('\0'); nul != std::string_view::npos)
    fail_at(nul, "a NUL byte cannot stand in a document; remove it");
  if (looks_like_json()) return;  // JSON's own grammar bars the others
  for (auto cr = text_.find('\r'); cr != std::string_view::npos; cr = text_.find('\r', cr + 1))
    if (!text_.substr(cr).starts_with("\r\n"))
      fail_at(cr, "a carriage return stands alone; end lines with LF or with CR LF");
  const auto control = std::find_if(text_.begin(), text_.end(), is_barred_control);
  if (control != text_.end())
    fail_at(
        static_cast<std::size_t>(control - text_.begin()),
        fmt::format("control character U+{:04X} cannot stand in YAML; write \"\\x{:02x}\" in "
                    "double quotes",
                    static_cast<unsigned char>(*control), static_cast<unsigned char>(*control)));
}

void Source::find_lines() const {
  lines_.push_back(static_cast<std::uint32_t>(begin_));
  for (auto end = text_.find('\n', begin_); end != std::string_view::npos;
       end = text_.find('\n', end + 1))
    lines_.push_back(static_cast<std::uint32_t>(end + 1));
}

std::uint32_t Source::line(std::size_t offset) const {
  if (lines_.empty()) find_lines();
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(after - lines_.begin()));
}

Position Source::locate(std::size_t offset) const {
  offset = std::clamp(offset, begin_, std::max(begin_, text_.size()));
  const std::uint32_t at = line(offset);
  // Go on from the last position on the same line: a document may be one line of megabytes.
  std::size_t from = lines_[at - 1];
  std::uint32_t column = 1;
  if (last_.line == at && static_cast<std::size_t>(last_.offset) <= offset) {
    from = static_cast<std::size_t>(last_.offset);
    column = last_.column;
  }
  column += static_cast<std::uint32_t>(count_code_points(text_.substr(from, offset - from)));
  last_ = {static_cast<std::int64_t>(offset), at, column};
  return last_;
}

}  // namespace weir::rule
