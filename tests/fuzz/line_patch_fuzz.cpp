// Any bytes as a line of JSON in which fields change: the result is the line with the new values
// and nothing else changed, as simdjson reads both. The first byte says which fields change, and to
// what.

#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "event/line_patch.h"
#include "event/schema.h"

namespace {

// The last value of each key, minified.
using Members = std::map<std::string, std::string, std::less<>>;

Members members(simdjson::dom::element element) {
  Members found;
  for (const auto member : simdjson::dom::object(element))
    found[std::string(member.key)] = simdjson::minify(member.value);
  return found;
}

struct Change {
  weir_field field;
  std::string key;
  std::string value;
};

std::vector<Change> changes_of(std::uint8_t choice) {
  static const std::string text = "new \"text\"\n";
  static const std::int64_t numbers[] = {1, -2};
  const auto make = [](const char* name, std::uint32_t kind, std::uint64_t size, std::uint64_t word,
                       const char* value) {
    return Change{{weir::field_id(name), kind, size, word}, name, value};
  };
  const Change all[] = {
      make("Name", WEIR_TEXT, text.size(), reinterpret_cast<std::uintptr_t>(text.data()),
           "\"new \\\"text\\\"\\n\""),
      make("BytesIn", WEIR_INTEGER, 0, static_cast<std::uint64_t>(-7), "-7"),
      make("NA.x", WEIR_INTEGER_ARRAY, 2, reinterpret_cast<std::uintptr_t>(numbers), "[1,-2]"),
      make("Message", WEIR_ABSENT, 0, 0, "null"),
  };
  std::vector<Change> some;
  for (std::size_t i = 0; i < std::size(all); ++i)
    if ((choice >> i & 1U) != 0) some.push_back(all[i]);
  return some;
}

// Weir rejects what lies deeper than WEIR_MAX_NESTING before anything patches it.
simdjson::dom::parser shallow_parser() {
  simdjson::dom::parser made;
  if (made.allocate(std::size_t{1} << 20U, WEIR_MAX_NESTING / 2) != simdjson::SUCCESS) std::abort();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static simdjson::dom::parser parser = shallow_parser();
  static weir::LinePatch patch;
  if (size == 0) return 0;
  const std::string line(reinterpret_cast<const char*>(data + 1), size - 1);
  // What follows a line feed is another line.
  if (line.find_first_of("\n\r") != std::string::npos || line.starts_with("\xEF\xBB\xBF")) return 0;
  simdjson::dom::element element;
  if (parser.parse(line).get(element) != simdjson::SUCCESS || !element.is_object()) return 0;
  Members expected = members(element);
  const std::vector<Change> changes = changes_of(data[0]);
  std::vector<weir_field> fields;
  for (const Change& change : changes) fields.push_back(change.field);
  std::string patched;
  {
    // A block of its own, whose end a sanitizer knows.
    const std::vector<char> block(line.begin(), line.end());
    patch.append(patched, {block.data(), block.size()}, fields);
  }
  if (parser.parse(patched).get(element) != simdjson::SUCCESS || !element.is_object()) std::abort();
  const Members found = members(element);
  for (const Change& change : changes) {
    // An absent value that was not there may stay away.
    if (change.value != "null" || found.contains(change.key) || expected.contains(change.key))
      expected[change.key] = change.value;
  }
  if (found != expected) std::abort();
  return 0;
}
