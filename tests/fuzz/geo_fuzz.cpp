// Any bytes as places of addresses, CSV or a MaxMind database: no crash, no hang, a place for
// whatever is wrong with CSV, and values that are what they should be. Every address of the lines
// that could be one is asked for.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ip.h"
#include "base/text.h"
#include "lookup/geo_database.h"

namespace {

using weir::Value;
using weir::lookup::GeoColumn;
using weir::lookup::GeoColumns;
using weir::lookup::GeoDatabase;
using weir::lookup::GeoPlace;

void check(const weir::Failure& failure, std::string_view content) {
  const weir::Position& at = failure.position();
  if (std::string_view(failure.what()).find('\n') != std::string_view::npos) std::abort();
  if (at.line == 0) return;
  if (at.column == 0 || at.offset < 0) std::abort();
  if (static_cast<std::size_t>(at.offset) > content.size()) std::abort();
}

// The content goes before anything is looked up, so that a sanitizer sees what was not copied.
std::optional<GeoDatabase> parse(std::string_view content) {
  const std::string copy(content);
  try {
    return GeoDatabase::parse(copy);
  } catch (const weir::Failure& failure) {
    check(failure, copy);
    return std::nullopt;
  }
}

void check(const Value& value, std::size_t column) {
  if (!value.present()) return;
  if (column >= 3) {
    if (value.kind != weir::Kind::floating || !(std::abs(value.floating()) <= 180)) std::abort();
    return;
  }
  if (value.kind != weir::Kind::text || value.size == 0) std::abort();
  if (weir::find_invalid_utf8(value.text()) != std::string_view::npos) std::abort();
}

void ask(const GeoDatabase& data, const weir::Address& address) {
  GeoPlace place;
  if (!data.find(address, GeoColumns::all(), place)) {
    for (const Value& value : place)
      if (value.present()) std::abort();
    return;
  }
  for (std::size_t i = 0; i < place.size(); ++i) {
    check(place[i], i);
    if (place[i].present() && !data.columns().has(static_cast<GeoColumn>(i))) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const auto places = parse(content);
  if (!places) return 0;
  for (const std::string_view address :
       {"0.0.0.0", "255.255.255.255", "::", "10.1.2.3", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
    ask(*places, *weir::parse_address(address));
  constexpr std::string_view ends = ",-/ \"\r\n";
  for (std::size_t at = 0; at < size;) {
    const std::size_t end = std::min(content.find_first_of(ends, at), size);
    if (const auto address = weir::parse_address(content.substr(at, end - at)))
      ask(*places, *address);
    at = end + 1;
  }
  return 0;
}
