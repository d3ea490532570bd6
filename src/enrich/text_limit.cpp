#include "enrich/text_limit.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace weir::enrich {

namespace {

// The number in front of the unit: "1023 chars", "36 chars (UUID)", "16384 bytes". Limits of
// another form (those of numbers; of a text: "40 chars in CEF; KUMA limit not seen") are none.
std::uint32_t limit_of(FieldId field, std::string_view unit) noexcept {
  const auto fields = standard_fields();
  if (field >= fields.size() || fields[field].type != FieldType::text) return 0;
  const std::string_view text = fields[field].limits;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view behind = text.substr(digits);
  if (!behind.starts_with(unit)) return 0;
  behind.remove_prefix(unit.size());
  if (!behind.empty() && !behind.starts_with(" (")) return 0;
  return static_cast<std::uint32_t>(parse_integer(text.substr(0, digits)).value_or(0));
}

}  // namespace

std::uint32_t text_limit(FieldId field) noexcept { return limit_of(field, " chars"); }
std::uint32_t text_limit_bytes(FieldId field) noexcept { return limit_of(field, " bytes"); }

}  // namespace weir::enrich
