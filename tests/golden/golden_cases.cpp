#include "golden/golden_cases.h"

#include <simdjson.h>

namespace weir::host {
namespace {

void flatten(const std::string& key, simdjson::dom::element value, GoldenCase& into) {
  if (value.is_object()) {
    const simdjson::dom::object object = value.get_object();
    for (const auto member : object) {
      const std::string name(member.key);
      flatten(key.empty() ? name : key + "/" + name, member.value, into);
    }
  } else if (value.is_array()) {
    std::size_t index = 0;
    const simdjson::dom::array array = value.get_array();
    for (const auto element : array) {
      flatten(key + "/" + std::to_string(index++), element, into);
    }
  } else if (value.is_string()) {
    into[key] = std::string(value.get_string().value());
  } else {
    into[key] = simdjson::minify(value);
  }
}

}  // namespace

std::vector<GoldenCase> golden_cases(const std::filesystem::path& path) {
  simdjson::dom::parser parser;
  std::vector<GoldenCase> cases;
  const simdjson::dom::array all = parser.load(path.string()).get_array();
  for (const auto element : all) flatten({}, element, cases.emplace_back());
  return cases;
}

}  // namespace weir::host
