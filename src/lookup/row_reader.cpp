#include "lookup/row_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weir::lookup {

RowReader::RowReader(const Shape& shape, Use use, Format format, std::string_view text)
    : shape_(shape),
      use_(use),
      csv_(format != Format::json_lines),
      text_(text),
      records_(format, shape.kind, text),
      builder_(shape) {
  if (csv_) read_header();
}

void RowReader::read_header() {
  const std::vector<ColumnName> names = records_.read_names();
  if (names.empty()) return;
  first_name_ = names[0].name;
  std::vector<bool> found(shape_.keys.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    RecordField field;
    field.name = names[i].name;
    field.at = names[i].at;
    const Target& target = target_of(i, field);
    if (target.what == Target::What::key || target.what == Target::What::asset_key)
      found[target.index] = true;
  }
  check_header(names, found);
}

void RowReader::check_header(const std::vector<ColumnName>& names,
                             const std::vector<bool>& found) const {
  const std::string_view line(names[0].at,
                              static_cast<std::size_t>(text_.data() + text_.size() - names[0].at));
  const bool semicolons =
      names.size() == 1 && line.substr(0, line.find('\n')).find(';') != std::string_view::npos;
  constexpr std::string_view use_commas = "put commas between fields, not semicolons";
  if (shape_.kind == Kind::dictionary && use_ == Use::put && names.size() != 2)
    fail_at(text_, names[0].at,
            fmt::format("the line has 1 field, not 2 (key, value); {}",
                        semicolons ? use_commas : "add the other"));
  const auto missing = std::find(found.begin(), found.end(), false);
  if (missing == found.end()) return;
  if (shape_.kind == Kind::assets)
    fail_at(text_, names[0].at,
            "the header has none of the columns 'address', 'name' and 'id'; add one");
  const std::string& name = shape_.keys[static_cast<std::size_t>(missing - found.begin())].name;
  fail_at(text_, names[0].at,
          fmt::format("the header has no column {}, which is part of the key; {}",
                      shown(shape_.kind == Kind::directory ? "account" : name),
                      semicolons ? use_commas : "add it"));
}

const RowReader::Target& RowReader::target_of(std::size_t number, const RecordField& field) {
  if (number < known_.size() && known_[number].name == field.name) return known_[number].target;
  const Target target = find_target(field);
  if (number >= known_.size()) known_.resize(number + 1);
  known_[number].name.assign(field.name);
  known_[number].target = target;
  return known_[number].target;
}

RowReader::Target RowReader::find_target(const RecordField& field) {
  using What = Target::What;
  const std::string_view name = field.name;
  if (shape_.kind == Kind::assets && (name == "address" || name == "name" || name == "id"))
    return {What::asset_key, 0};
  if (shape_.kind == Kind::assets && name == "vulnerabilities")
    return {use_ == Use::erase ? What::nothing : What::vulnerabilities, 0};
  if (shape_.kind == Kind::directory && name == "account") return {What::key, 0};
  if (shape_.kind != Kind::assets && shape_.kind != Kind::directory)
    for (std::size_t i = 0; i < shape_.keys.size(); ++i)
      if (shape_.keys[i].name.empty() ? name == first_name_ : name == shape_.keys[i].name)
        return {What::key, i};
  if (use_ == Use::erase) return {};
  for (std::size_t i = 0; i < shape_.columns.size(); ++i)
    if (name == shape_.columns[i].name && (shape_.kind != Kind::assets || i == 0))
      return {What::column, i};
  fail_unknown(field);
}

void RowReader::fail_unknown(const RecordField& field) const {
  std::vector<std::string_view> names;
  if (shape_.kind == Kind::assets) {
    names = {"address", "name", "id", "categories", "vulnerabilities"};
  } else {
    for (const Column& key : shape_.keys)
      if (!key.name.empty()) names.emplace_back(key.name);
    if (shape_.kind == Kind::directory) names = {"account"};
    for (const Column& column : shape_.columns) names.emplace_back(column.name);
  }
  std::string hint = names.size() <= 64 ? did_you_mean(field.name, names) : "";
  if (hint.empty() && names.size() <= 16)
    hint = fmt::format("; known are {}", fmt::join(names, ", "));
  if (hint.empty()) hint = "; declare it, or leave it out";
  fail_at(text_, field.at, fmt::format("unknown column {}{}", shown(field.name), hint));
}

bool RowReader::next() {
  if (!records_.next(record_)) return false;
  if (!csv_ && first_name_.empty() && !record_.fields.empty()) first_name_ = record_.fields[0].name;
  builder_.clear();
  asset_keys_.clear();
  for (std::size_t i = 0; i < record_.fields.size(); ++i)
    set(target_of(i, record_.fields[i]), record_.fields[i]);
  if (shape_.kind == Kind::assets && asset_keys_.empty())
    fail_at(text_, record_.at, "the asset has no address, no name and no id; give it one of them");
  if (shape_.kind != Kind::assets)
    if (const std::string problem = builder_.finish(); !problem.empty())
      fail_at(text_, record_.at, problem);
  return true;
}

std::string_view RowReader::key(std::size_t i) {
  if (asset_keys_.empty()) return builder_.key();
  std::string problem = builder_.set_key(0, asset_keys_[i]);
  if (problem.empty()) problem = builder_.finish();
  if (!problem.empty()) fail_at(text_, record_.at, problem);
  return builder_.key();
}

void RowReader::set(const Target& target, const RecordField& field) {
  using What = Target::What;
  switch (target.what) {
    case What::nothing:
      return;
    case What::key:
    case What::asset_key:
      if (field.is_list)
        fail_at(text_, field.at,
                fmt::format("column {}: a key is one text, not a list", shown(field.name)));
      if (target.what == What::key)
        check(field, builder_.set_key(target.index, field.text));
      else if (!field.text.empty())
        asset_keys_.push_back(field.text);
      return;
    case What::column:
    case What::vulnerabilities:
      set_column(target, field);
  }
}

void RowReader::set_column(const Target& target, const RecordField& field) {
  const bool vulnerabilities = target.what == Target::What::vulnerabilities;
  const bool array = vulnerabilities || is_array(shape_.columns[target.index].type);
  if (!array && field.is_list)
    fail_at(text_, field.at,
            fmt::format("column {} holds one value, not a list; declare it as a list",
                        shown(field.name)));
  std::span<const std::string_view> items = field.items;
  if (array && !field.is_list) {
    split(field.text);
    items = items_;
  }
  if (vulnerabilities)
    check(field, builder_.set_vulnerabilities(items));
  else if (array)
    check(field, builder_.set_list(target.index, items));
  else
    check(field, builder_.set(target.index, field.text));
}

// CSV has no lists; JSON may write one text for a list of one.
void RowReader::split(std::string_view text) {
  items_.clear();
  while (csv_) {
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos) break;
    items_.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  items_.push_back(text);
}

void RowReader::check(const RecordField& field, const std::string& problem) const {
  if (!problem.empty())
    fail_at(text_, field.at, fmt::format("column {}: {}", shown(field.name), problem));
}

}  // namespace weir::lookup
