#include "tracer/normal_form.h"

#include <algorithm>

#include "input/formats/text_scan.h"

namespace weir::host::tracer {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// RFC 3986 section 3.1.
std::string_view without_scheme(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text[0])) return text;
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon == std::string_view::npos || text.substr(colon, 3) != "://") return text;
  const bool scheme =
      std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                  [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; });
  return scheme ? text.substr(colon + 3) : text;
}

}  // namespace

std::string_view normal_form(std::string_view text, std::string& scratch) {
  text = without_scheme(trimmed(text));
  const std::size_t host_size = std::min(text.find_first_of("/?#"), text.size());
  if (text.substr(host_size) == "/") text.remove_suffix(1);
  const auto host_end = text.begin() + static_cast<std::ptrdiff_t>(host_size);
  if (std::none_of(text.begin(), host_end, is_upper)) return text;
  scratch.assign(text);
  for (std::size_t i = 0; i < host_size; ++i) {
    if (is_upper(scratch[i])) scratch[i] = static_cast<char>(scratch[i] - 'A' + 'a');
  }
  return scratch;
}

}  // namespace weir::host::tracer
