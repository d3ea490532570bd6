#include "lookup/record.h"
#include "tracer/feed_rows.h"

namespace weir::host::tracer {
namespace {

std::string_view column_name(std::size_t number, std::vector<std::string>& names) {
  while (names.size() < number) names.push_back(fmt::format("column{}", names.size() + 1));
  return names[number - 1];
}

}  // namespace

// An indicator a line; columns behind it stand after tabs, and are called column2 and so on. Empty
// lines and those that begin with '#' are nothing.
void read_list(std::string_view text, FeedRows& rows) {
  lookup::check_text(text);
  std::string_view rest =
      text.substr(static_cast<std::size_t>(lookup::begin_of(text) - text.data()));
  std::vector<std::string> names;
  names.reserve(lookup::most_fields);  // what is borrowed from it stays in place
  Context context;
  while (!rest.empty()) {
    const char* const at = rest.data();
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || line[0] == '#') continue;
    const std::string_view indicator = line.substr(0, line.find('\t'));
    line.remove_prefix(indicator.size());
    context.clear();
    while (!line.empty() && context.size() + 2 < lookup::most_fields) {
      line.remove_prefix(1);
      const std::string_view value = line.substr(0, line.find('\t'));
      line.remove_prefix(value.size());
      context.emplace_back(column_name(context.size() + 2, names), value);
    }
    rows.take(indicator, context, [&] { return line_of(text, at); });
  }
}

}  // namespace weir::host::tracer
