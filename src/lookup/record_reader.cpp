#include "lookup/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace weir::lookup {

namespace {

// Each costs 16 bytes a row.
constexpr std::size_t most_columns = 1024;
constexpr std::size_t most_in_name = 128;  // code points

std::variant<CsvReader, JsonLinesReader> make_reader(Format format, Kind kind,
                                                     std::string_view text) {
  if (format == Format::json_lines) return JsonLinesReader(text, kind == Kind::assets);
  return CsvReader(text, format == Format::tsv ? '\t' : ',');
}

// The header of a dictionary; of keys to erase the first of the two alone.
bool is_dictionary_header(const Record& record) noexcept {
  return record.fields.size() <= 2 && equals_nocase(record.fields[0].text, "key") &&
         (record.fields.size() == 1 || equals_nocase(record.fields[1].text, "value"));
}

}  // namespace

RecordReader::RecordReader(Format format, Kind kind, std::string_view text)
    : reader_(make_reader(format, kind, text)), text_(text), kind_(kind) {}

bool RecordReader::next(Record& record) {
  return std::visit([&](auto& reader) { return reader.next(record); }, reader_);
}

std::vector<ColumnName> RecordReader::read_names() {
  return std::holds_alternative<CsvReader>(reader_) ? read_header() : read_members();
}

std::vector<ColumnName> RecordReader::read_header() {
  auto& csv = std::get<CsvReader>(reader_);
  Record record;
  if (!csv.next(record)) return {};
  std::vector<ColumnName> names;
  if (kind_ == Kind::dictionary) {
    if (!is_dictionary_header(record)) csv.put_back(record);
    names.push_back({"key", record.at});
    if (record.fields.size() > 1) names.push_back({"value", record.fields[1].at});
  } else {
    for (const RecordField& field : record.fields) {
      if (names.size() == most_columns)
        fail_at(text_, field.at,
                fmt::format("the header has more than {} columns; leave some out", most_columns));
      const std::size_t size = count_code_points(field.text);
      if (size == 0 || size > most_in_name || field.text.find('\n') != std::string_view::npos)
        fail_at(text_, field.at,
                fmt::format("the name of a column has 1 to {} characters on one line, not {}; the "
                            "first line names the columns",
                            most_in_name, shown(field.text)));
      if (std::any_of(names.begin(), names.end(),
                      [&](const ColumnName& other) { return other.name == field.text; }))
        fail_at(text_, field.at,
                fmt::format("two columns have the name {}; rename one", shown(field.text)));
      names.push_back({std::string(field.text), field.at});
    }
  }
  std::vector<std::string> texts;
  for (const ColumnName& column : names) texts.push_back(column.name);
  csv.name_columns(std::move(texts));
  return names;
}

std::vector<ColumnName> RecordReader::read_members() {
  auto& json = std::get<JsonLinesReader>(reader_);
  std::vector<ColumnName> names;
  std::unordered_set<std::string> known;
  Record record;
  while (json.next(record)) {
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const std::string_view name = record.fields[i].name;
      if (i < names.size() && names[i].name == name) continue;
      if (!known.emplace(name).second) continue;
      if (names.size() == most_columns)
        fail_at(text_, record.fields[i].at,
                fmt::format("the objects have more than {} members; leave some out", most_columns));
      if (name.empty() || count_code_points(name) > most_in_name)
        fail_at(text_, record.fields[i].at,
                fmt::format("the name of a member has 1 to {} characters, not {}", most_in_name,
                            shown(name)));
      names.push_back({std::string(name), record.fields[i].at});
    }
  }
  return names;
}

}  // namespace weir::lookup
