#include <fmt/format.h>

#include "base/error.h"
#include "base/ip.h"
#include "base/text.h"
#include "lookup/csv.h"
#include "tracer/feed_rows.h"

namespace weir::host::tracer {
namespace {

// Feeds often begin with lines of comment.
std::size_t comment_size(std::string_view text) noexcept {
  auto at = static_cast<std::size_t>(lookup::begin_of(text) - text.data());
  const std::size_t begin = at;
  while (at < text.size() && text[at] == '#') {
    const std::size_t end = text.find('\n', at);
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  return at == begin ? 0 : at;
}

// By the first line. Spreadsheets write semicolons where the comma is the decimal point's.
char separator_of(std::string_view text) noexcept {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (const char separator : {',', '\t', ';'}) {
    if (line.find(separator) != std::string_view::npos) return separator;
  }
  return ',';
}

// What no column is called: an address, a URL, a hash.
bool is_indicator(std::string_view text) noexcept {
  const bool hash = (text.size() == 32 || text.size() == 40 || text.size() == 64) &&
                    text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return hash || text.find("://") != std::string_view::npos || parse_subnet(text).has_value();
}

std::size_t key_column(const std::string& key, const std::vector<std::string>& names,
                       std::string_view text, const char* at) {
  if (key.empty()) return 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == key) return i;
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  lookup::fail_at(text, at,
                  fmt::format("no column is called '{}'{}; the columns are {}", key,
                              did_you_mean(key, views), fmt::join(names, ", ")));
}

void read_rows(const SourceSettings& settings, std::string_view text, std::size_t skipped_lines,
               FeedRows& rows) {
  lookup::CsvReader reader(text, separator_of(text));
  lookup::Record record;
  if (!reader.next(record)) {
    throw weir::Failure(Status::invalid_document,
                        "there is nothing in it; write the names of the columns in the first line");
  }
  std::vector<std::string> names;
  for (const lookup::RecordField& field : record.fields) names.emplace_back(field.text);
  if (is_indicator(names[0])) {
    lookup::fail_at(text, record.at,
                    fmt::format("the first line has no names of columns but '{}'; write a line of "
                                "names before it{}",
                                names[0], names.size() == 1 ? ", or give the file as --list" : ""));
  }
  const std::size_t key = key_column(settings.key, names, text, record.at);
  reader.name_columns(names);
  Context context;
  while (reader.next(record)) {
    context.clear();
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      if (i != key) context.emplace_back(names[i], record.fields[i].text);
    }
    rows.take(record.fields[key].text, context,
              [&] { return line_of(text, record.at) + skipped_lines; });
  }
}

}  // namespace

void read_csv(const SourceSettings& settings, std::string_view text, FeedRows& rows) {
  lookup::check_text(text);
  const std::size_t comment = comment_size(text);
  const std::size_t lines = comment == 0 ? 0 : line_of(text, text.data() + comment) - 1;
  try {
    read_rows(settings, text.substr(comment), lines, rows);
  } catch (const weir::Failure& failure) {
    Position position = failure.position();
    if (position.line != 0) position.line += static_cast<std::uint32_t>(lines);
    throw weir::Failure(failure.status(), failure.what(), position);
  }
}

}  // namespace weir::host::tracer
