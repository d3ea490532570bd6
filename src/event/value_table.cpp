#include "event/value_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/text.h"

namespace weir {

std::size_t ValueTable::Hash::operator()(std::string_view text) const noexcept {
  return XXH3_64bits(text.data(), text.size());
}

ValueTable::ValueTable(std::vector<std::pair<std::string, std::string>> entries) {
  entries_.reserve(entries.size());
  for (auto& entry : entries) entries_.emplace(std::move(entry.first), std::move(entry.second));
}

const std::string* ValueTable::find(const Value& value) const noexcept {
  char digits[32];
  std::string_view text;
  switch (value.kind) {
    case Kind::text:
      text = value.text();
      break;
    case Kind::integer:
      text = format_integer(value.integer(), digits);
      break;
    case Kind::floating:
      text = format_double(value.floating(), digits);
      break;
    case Kind::boolean:
      text = value.word != 0 ? "true" : "false";
      break;
    default:
      return nullptr;
  }
  const auto found = entries_.find(text);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace weir
