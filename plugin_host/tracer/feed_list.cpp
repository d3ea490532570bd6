#include "lookup/record.h"
#include "tracer/feed_rows.h"

namespace weir::host::tracer {
namespace {

std::string_view column_name(std::size_t number, std::vector<std::string>& names) {
  while (names.size() < number) names.push_back(fmt::format("column{}", names.size() + 1));
  return names[number - 1];
}

// Without its comment, which begins where a '#' begins a column or stands behind a space, and
// without spaces at its ends. A '#' within an indicator, such as a URL, is a part of it.
std::string_view bare(std::string_view line) noexcept {
  const std::size_t indicator = std::min(line.find('\t'), line.size());
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == '\t' || (line[at - 1] == ' ' && at < indicator)) {
      line = line.substr(0, at);
      break;
    }
  }
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  line = line.substr(0, line.find_last_not_of(" \r") + 1);
  return line.substr(line.find_first_not_of(' '));
}

std::string_view without_spaces_behind(std::string_view text) noexcept {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

// An indicator a line; columns behind it stand after tabs, and are called column2 and so on. Lines
// with nothing but a comment are nothing.
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
    line = bare(line);
    if (line.empty()) continue;
    const std::string_view indicator = without_spaces_behind(line.substr(0, line.find('\t')));
    line.remove_prefix(std::min(line.find('\t'), line.size()));
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
