#include "filter/lookup_test.h"

namespace weir::filter {
namespace {

// Calls test with each text of a column until it is true of one.
template <class Test>
bool any_of(const Value& column, Test test) {
  if (column.kind != Kind::text_array) return false;
  for (std::uint32_t i = 0; i < column.size; ++i)
    if (test(column.pointer<TextRef>()[i].view())) return true;
  return false;
}

}  // namespace

std::string_view lower_ascii(std::string_view text, std::string& buffer) {
  buffer.assign(text);
  for (char& c : buffer)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return buffer;
}

bool VulnerabilityTest::holds(std::string_view asset, const lookup::Clock& clock,
                              std::string& buffer) const {
  const Value* const entry = assets->find(asset, clock);
  if (entry == nullptr) return false;
  const Value& names = entry[lookup::asset_column::vulnerabilities];
  const Value& severities = entry[lookup::asset_column::severities];
  if (names.kind != Kind::text_array) return false;
  const std::uint32_t rated = severities.kind == Kind::integer_array ? severities.size : 0;
  for (std::uint32_t i = 0; i < names.size; ++i) {
    const std::int64_t severity = i < rated ? severities.pointer<std::int64_t>()[i] : 0;
    if (severity < static_cast<std::int64_t>(min_severity)) continue;
    if (any || listed.contains(lower_ascii(names.pointer<TextRef>()[i].view(), buffer)))
      return true;
  }
  return false;
}

bool MembershipTest::in_group(std::string_view account, const lookup::Clock& clock) const noexcept {
  const Value* const entry = table->find(account, clock);
  return entry != nullptr &&
         any_of(entry[column], [&](std::string_view group) { return listed.contains(group); });
}

bool MembershipTest::in_category(std::string_view asset,
                                 const lookup::Clock& clock) const noexcept {
  const Value* const entry = table->find(asset, clock);
  if (entry == nullptr) return false;
  return any_of(entry[column], [&](std::string_view category) {
    if (listed.contains(category)) return true;
    for (std::size_t slash = category.find('/'); slash != std::string_view::npos;
         slash = category.find('/', slash + 1))
      if (listed.contains(category.substr(0, slash))) return true;
    return false;
  });
}

}  // namespace weir::filter
